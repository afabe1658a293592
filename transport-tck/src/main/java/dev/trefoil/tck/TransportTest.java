package dev.trefoil.tck;

import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Transport;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every rule of the contract, as tests of one transport.
 *
 * <p>Extend it in the transport's own tests and say which transport, where to bind, and what it can
 * do; the rules come along as nested test classes. JUnit makes the instances, one for each test,
 * and calls the methods below from any thread of the test. A failure starts with the rule that is
 * broken and quotes it.
 */
@ExtendWith({RuleReport.class, LeakCheck.class})
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public abstract class TransportTest {
  /** For subclasses. */
  protected TransportTest() {}

  /**
   * Makes the transport that is tested.
   *
   * @return a new one each time, not started
   */
  protected abstract Transport newTransport();

  /**
   * Where to bind: an endpoint of the scheme that is tested, such that binding it succeeds and
   * binds another place each time, such as {@code raw://127.0.0.1:0}.
   *
   * @return may be the same text each time
   */
  protected abstract Endpoint freshEndpoint();

  /**
   * What the transport has to declare for the scheme, no more and no less.
   *
   * @return the capabilities
   */
  protected abstract Set<Capability> expectedCapabilities();

  /**
   * The options that roles of both sides start from: override it to add keys and certificates. A
   * role may bind and connect with them. The kit sets timeouts, queues and listeners on top.
   *
   * @return a new builder each time
   */
  protected Options.Builder options() {
    return Options.builder();
  }

  /**
   * Lets a subclass set up the {@code Messaging} of either side, such as {@code ioThreads}.
   *
   * @param builder has the transport, a name and a meter registry
   * @return the builder
   */
  protected Messaging.Builder customize(Messaging.Builder builder) {
    return builder;
  }

  /**
   * How long the kit waits for something that should happen. A transport that works is not slowed
   * by a large limit.
   *
   * @return 10 seconds, which is generous on a loaded machine
   */
  protected Duration limit() {
    return Duration.ofSeconds(10);
  }

  /**
   * Sends something from a foreign peer that is more than one message's worth of frames, for rule
   * M4. Override it where the wire has such a thing; the kit then expects that it is counted as
   * {@code trefoil.messages.dropped{reason=multipart}}.
   *
   * @param puller where a puller is bound
   * @return false if the wire knows no such thing, which is the default
   * @throws Exception if it could not be sent
   */
  protected boolean sendMultipart(Endpoint puller) throws Exception {
    return false;
  }

  /** Rules E1 to E3. */
  @Nested
  class Binding extends BindRules {
    Binding() {
      super(TransportTest.this);
    }
  }

  /** Rules E4 to E6. */
  @Nested
  class Peers extends PeerRules {
    Peers() {
      super(TransportTest.this);
    }
  }

  /** Rules R1 to R3, R8 and R9. */
  @Nested
  class RequestReply extends RequestRules {
    RequestReply() {
      super(TransportTest.this);
    }
  }

  /** Rules R4 to R7. */
  @Nested
  class RequestTrouble extends RequestTroubleRules {
    RequestTrouble() {
      super(TransportTest.this);
    }
  }

  /** Rules P1, P3 to P6 and P8. */
  @Nested
  class PublishSubscribe extends PublishRules {
    PublishSubscribe() {
      super(TransportTest.this);
    }
  }

  /** Rules P2 and P7. */
  @Nested
  class SlowSubscribers extends OverflowRules {
    SlowSubscribers() {
      super(TransportTest.this);
    }
  }

  /** Rules W1 to W3 and W6. */
  @Nested
  class PushPull extends PushRules {
    PushPull() {
      super(TransportTest.this);
    }
  }

  /** Rules W4 and W5. */
  @Nested
  class AtLeastOnce extends AcknowledgeRules {
    AtLeastOnce() {
      super(TransportTest.this);
    }
  }

  /** Rules L1 and L2. */
  @Nested
  class Closing extends CloseRules {
    Closing() {
      super(TransportTest.this);
    }
  }

  /** Rule L2, of what a pusher has queued or on its way. */
  @Nested
  class Draining extends DrainRules {
    Draining() {
      super(TransportTest.this);
    }
  }

  /** Rule L2, while work goes on. */
  @Nested
  class Restarting extends RestartRules {
    Restarting() {
      super(TransportTest.this);
    }
  }

  /** Rules L3 to L5. */
  @Nested
  class Living extends LifeRules {
    Living() {
      super(TransportTest.this);
    }
  }

  /** Rules L6 and L7. */
  @Nested
  class Receiving extends ReceiveRules {
    Receiving() {
      super(TransportTest.this);
    }
  }

  /** Rules M1 to M5. */
  @Nested
  class Limits extends LimitRules {
    Limits() {
      super(TransportTest.this);
    }
  }

  /** What the ports themselves owe, below the roles. */
  @Nested
  class Ports extends PortRules {
    Ports() {
      super(TransportTest.this);
    }
  }
}
