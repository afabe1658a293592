package dev.trefoil;

/**
 * A message that no puller acknowledged within the limit of attempts, and that is not sent again.
 *
 * @param id the message's name
 * @param payload its bytes, as the codec made them
 * @param attempts how often it was sent
 * @param reason why the last attempt failed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; the id is what names it
public record DeadLetter(MessageId id, byte[] payload, int attempts, String reason) {}
