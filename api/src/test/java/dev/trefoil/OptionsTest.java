package dev.trefoil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Both kinds of options, by reflection, so that a new option is tested without being named. */
final class OptionsTest {
  private static final DeadLetterListener LETTERS = letter -> {};
  private static final PeerListener PEERS = new PeerListener() {};

  record Keys(String key) implements TransportSettings {}

  record OtherKeys(String key) implements TransportSettings {}

  /** The builder's methods that set an option. */
  private static List<Method> setters(Class<?> builder) {
    return Arrays.stream(builder.getDeclaredMethods())
        .filter(m -> Modifier.isPublic(m.getModifiers()) && m.getReturnType() == builder)
        .filter(m -> !m.getName().equals("settings"))
        .toList();
  }

  /** The options' methods that tell one. */
  private static List<Method> getters(Class<?> options) {
    return Arrays.stream(options.getDeclaredMethods())
        .filter(m -> Modifier.isPublic(m.getModifiers()) && !Modifier.isStatic(m.getModifiers()))
        .filter(m -> m.getParameterCount() == 0 && !m.getName().equals("toBuilder"))
        .toList();
  }

  private static Object read(Object options, String name) {
    try {
      return options.getClass().getMethod(name).invoke(options);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no way to read option " + name, e);
    }
  }

  /** Another value than the one that is there. */
  private static Object other(Method setter, Object now) {
    Class<?> type = setter.getParameterTypes()[0];
    if (type == boolean.class) {
      return !(Boolean) now;
    } else if (type == int.class) {
      return (Integer) now + 7;
    } else if (type == long.class) {
      return (Long) now + 7;
    } else if (type == Duration.class) {
      return ((Duration) now).plusSeconds(7);
    } else if (type == String.class) {
      return "other";
    } else if (type == TcpOptions.class) {
      return TcpOptions.builder().noDelay(false).build();
    } else if (type == PeerListener.class) {
      return PEERS;
    } else if (type == DeadLetterListener.class) {
      return LETTERS;
    } else if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants()).filter(c -> c != now).findFirst().orElseThrow();
    }
    throw new AssertionError("teach this test about " + type);
  }

  private static void checkRoundTrip(Object defaults, Object builder) throws Exception {
    List<Method> setters = setters(builder.getClass());
    assertThat(setters).hasSize(getters(defaults.getClass()).size());
    List<Object> values = new ArrayList<>();
    for (Method setter : setters) {
      Object value = other(setter, read(defaults, setter.getName()));
      values.add(value);
      assertThat(setter.invoke(builder, value)).isSameAs(builder);
    }
    Object changed = builder.getClass().getMethod("build").invoke(builder);
    Object again = changed.getClass().getMethod("toBuilder").invoke(changed);
    Object copy = again.getClass().getMethod("build").invoke(again);
    for (int i = 0; i < values.size(); i++) {
      String name = setters.get(i).getName();
      assertThat(read(changed, name)).as(name).isEqualTo(values.get(i));
      assertThat(read(copy, name)).as("%s of a copy", name).isEqualTo(values.get(i));
    }
  }

  @Test
  void everyOptionIsSetReadAndCopied() throws Exception {
    checkRoundTrip(Options.defaults(), Options.builder());
    checkRoundTrip(TcpOptions.defaults(), TcpOptions.builder());
  }

  @Test
  void aBuilderChangesNothingThatItHasBuilt() throws Exception {
    for (Object builder : List.of(Options.builder(), TcpOptions.builder())) {
      Object built = builder.getClass().getMethod("build").invoke(builder);
      for (Method setter : setters(builder.getClass())) {
        Object before = read(built, setter.getName());
        setter.invoke(builder, other(setter, before));
        assertThat(read(built, setter.getName())).as(setter.getName()).isEqualTo(before);
      }
    }
  }

  private static void refuses(Object builder, Method setter, Object value) {
    assertThatThrownBy(
            () -> {
              try {
                setter.invoke(builder, value);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            })
        .as("%s(%s)", setter.getName(), value)
        .isInstanceOfAny(IllegalArgumentException.class, NullPointerException.class)
        .hasMessageContaining(setter.getName() + " must ");
  }

  @Test
  void nonsenseIsRefusedAndTheOptionIsNamed() {
    for (Object builder : List.of(Options.builder(), TcpOptions.builder())) {
      for (Method setter : setters(builder.getClass())) {
        Class<?> type = setter.getParameterTypes()[0];
        if (type == int.class) {
          refuses(builder, setter, -1);
        } else if (type == long.class) {
          refuses(builder, setter, -1L);
        } else if (type == Duration.class) {
          refuses(builder, setter, Duration.ofNanos(-1));
          refuses(builder, setter, null);
        } else if (type != boolean.class) {
          refuses(builder, setter, null);
        }
      }
    }
    assertThatThrownBy(() -> Options.builder().name(" ")).hasMessage("name must not be blank");
    assertThatThrownBy(() -> Options.builder().settings(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("settings must not be null");
  }

  @Test
  void zeroIsRefusedWhereItMeansNothing() {
    assertThatThrownBy(() -> Options.builder().requestTimeout(Duration.ZERO))
        .hasMessageContaining("requestTimeout must be longer than zero");
    assertThatThrownBy(() -> Options.builder().maxMessageBytes(0))
        .hasMessageContaining("maxMessageBytes must be at least 1");
    assertThatThrownBy(() -> TcpOptions.builder().keepAliveIdle(Duration.ofMillis(500)))
        .hasMessageContaining("keepAliveIdle must be whole seconds");
    assertThatThrownBy(() -> TcpOptions.builder().keepAliveInterval(Duration.ofMillis(1500)))
        .hasMessageContaining("keepAliveInterval must be whole seconds");
  }

  @Test
  void theLongestDurationStillFitsTheClock() throws Exception {
    Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
    for (Object builder : List.of(Options.builder(), TcpOptions.builder())) {
      for (Method setter : setters(builder.getClass())) {
        if (setter.getParameterTypes()[0] == Duration.class) {
          setter.invoke(builder, forever);
        }
      }
      Object built = builder.getClass().getMethod("build").invoke(builder);
      for (Method getter : getters(built.getClass())) {
        if (getter.getReturnType() == Duration.class) {
          assertThat(((Duration) getter.invoke(built)).toNanos()).as(getter.getName()).isPositive();
        }
      }
    }
  }

  @Test
  void settingsOfATransportAreFoundByTheirClass() {
    Options one = Options.builder().settings(new Keys("a")).settings(new OtherKeys("b")).build();
    Options two = one.toBuilder().settings(new Keys("c")).build();

    assertThat(Options.defaults().settings(Keys.class)).isNull();
    assertThat(one.settings(Keys.class)).isEqualTo(new Keys("a"));
    assertThat(two.settings(Keys.class)).isEqualTo(new Keys("c"));
    assertThat(two.settings(OtherKeys.class)).isEqualTo(new OtherKeys("b"));
  }
}
