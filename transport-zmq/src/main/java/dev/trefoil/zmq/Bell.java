package dev.trefoil.zmq;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.io.IOObject;
import zmq.io.IOThread;
import zmq.poll.IPollEvents;

/**
 * Wakes a loop out of its selector: a pipe of our own that the loop looks at.
 *
 * <p>JeroMQ's mailbox would do, but for one thing: it writes the byte that wakes the thread before
 * it counts it. When the woken thread takes the processor of the one that wakes it, which is what
 * schedulers like to do, it finds nothing to count and asks its selector again and again, until its
 * time slice is over: milliseconds.
 *
 * <p>{@link #ring} is for any thread, {@link #close} for whoever knows that the loop has ended, the
 * rest is the loop's.
 */
final class Bell implements IPollEvents {
  private static final Logger LOG = LoggerFactory.getLogger(Bell.class);

  private final Pipe pipe;
  private final Runnable rung;
  private final ByteBuffer in = ByteBuffer.allocateDirect(8);

  private Bell(Pipe pipe, Runnable rung) {
    this.pipe = pipe;
    this.rung = rung;
  }

  /** Makes one for a loop, on that loop, which calls {@code rung} from then on. */
  static Bell hang(IOThread thread, Runnable rung) throws IOException {
    Pipe pipe = Pipe.open();
    try {
      pipe.source().configureBlocking(false);
      // In this mode an interrupt of the caller does not close it.
      pipe.sink().configureBlocking(false);
      Bell bell = new Bell(pipe, rung);
      IOObject place = new IOObject(thread, bell);
      place.plug();
      place.setPollIn(place.addFd(pipe.source()));
      return bell;
    } catch (IOException | RuntimeException e) {
      pipe.sink().close();
      pipe.source().close();
      throw e;
    }
  }

  /** Has the loop call {@code rung} soon. */
  void ring() throws IOException {
    pipe.sink().write(ByteBuffer.wrap(new byte[1]));
  }

  @Override
  public void inEvent() {
    try {
      in.clear();
      pipe.source().read(in);
    } catch (IOException e) {
      LOG.debug("what woke the loop was closed", e);
    }
    rung.run();
  }

  void close() {
    try {
      pipe.sink().close();
      pipe.source().close();
    } catch (IOException e) {
      LOG.debug("what woke a loop did not close well", e);
    }
  }
}
