/**
 * The compliance kit: the contract of docs/CONTRACT.md as tests, for authors of transports.
 *
 * <p>Extend {@link dev.trefoil.tck.TransportTest} in your transport's tests; it names a transport,
 * an endpoint and the capabilities to expect, and brings every rule along as a nested test class:
 *
 * <pre>{@code
 * class CarrierPigeonTransportTest extends TransportTest {
 *   @Override
 *   protected Transport newTransport() {
 *     return new CarrierPigeonTransport();
 *   }
 *
 *   @Override
 *   protected Endpoint freshEndpoint() {
 *     return Endpoint.of("pigeon://127.0.0.1:0");
 *   }
 *
 *   @Override
 *   protected Set<Capability> expectedCapabilities() {
 *     return EnumSet.of(Capability.ERROR_REPLIES, Capability.PEER_LOSS);
 *   }
 * }
 * }</pre>
 *
 * <p>A rule that hangs on a capability that the transport lacks is not skipped: the kit asserts
 * what the contract says of a transport without it. Tests run one after the other, on JUnit's
 * thread and on threads that the kit starts and ends; after each, {@link dev.trefoil.tck.LeakCheck}
 * looks for threads, descriptors and direct memory left behind.
 */
@org.jspecify.annotations.NullMarked
package dev.trefoil.tck;
