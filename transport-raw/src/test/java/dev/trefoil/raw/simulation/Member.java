package dev.trefoil.raw.simulation;

import dev.trefoil.BindFailedException;
import dev.trefoil.Endpoint;
import dev.trefoil.Role;
import java.util.List;
import java.util.function.Supplier;

/**
 * One role of a play, which can crash, close and come back at the same endpoints.
 *
 * @param <R> the type of the role
 */
final class Member<R extends Role> {
  private static final long RETRY = 50 * World.MILLISECOND;

  private final String name;
  private final World world;
  private final Book book;
  private final Supplier<R> maker;
  private final List<String> binds;
  private final List<String> connects;
  private R role;
  private int crashes;

  Member(Stage stage, String name, Supplier<R> maker, List<String> binds, List<String> connects) {
    this.name = name;
    this.world = stage.world;
    this.book = stage.book;
    this.maker = maker;
    this.binds = binds;
    this.connects = connects;
    stage.members.add(this);
  }

  String name() {
    return name;
  }

  /** {@return the role, or null while it is away} */
  R role() {
    return role;
  }

  boolean isUp() {
    return role != null;
  }

  /** {@return how often it went away} */
  int crashes() {
    return crashes;
  }

  void start() {
    if (role != null) {
      return;
    }
    if (book.port(name) != null) {
      // The one before is still closing, and holds the name and the place.
      world.schedule(RETRY, this::start);
      return;
    }
    world.note("start " + name, 0, 0);
    R made = maker.get();
    role = made;
    try {
      binds.forEach(made::bind);
    } catch (BindFailedException e) {
      throw world.broken(name + " cannot bind: " + e.getMessage());
    }
    connects.forEach(made::connect);
  }

  /** The process is killed. */
  void crash() {
    R dying = role;
    if (dying != null) {
      world.note("crash " + name, 0, 0);
      crashes++;
      role = null;
      book.port(name).crash();
      dying.close();
    }
  }

  /** The role takes its connects back, and makes them again later. */
  void leave() {
    R leaving = role;
    if (leaving == null) {
      return;
    }
    world.note("leave " + name, 0, 0);
    for (String place : connects) {
      leaving.disconnect(Endpoint.of(place));
      world.within(
          0,
          World.SECOND,
          () -> {
            if (role == leaving) {
              leaving.connect(place);
            }
          });
    }
  }

  /** The role is closed in order. */
  void close() {
    R closing = role;
    if (closing != null) {
      world.note("close " + name, 0, 0);
      crashes++;
      role = null;
      closing.close();
    }
  }
}
