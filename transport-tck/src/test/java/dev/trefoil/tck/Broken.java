package dev.trefoil.tck;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** Puts a fault between the caller of an interface of the SPI and the one who implements it. */
final class Broken {
  private Broken() {}

  /** What happens instead of a call. */
  interface Fault {
    Object instead(Object[] arguments, Call original) throws Throwable;
  }

  /** The call as it would have been. */
  interface Call {
    Object with(Object... arguments) throws Throwable;
  }

  /** Wraps an object so that the calls of one method, whatever its arguments, go to a fault. */
  static <T> T call(Class<T> type, T working, String method, Fault fault) {
    if (methods(type, method) == 0) {
      throw new IllegalArgumentException(type + " has no method " + method);
    }
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, called, arguments) -> {
              Object[] given = arguments == null ? new Object[0] : arguments;
              Call original = with -> invoke(called, working, with);
              if (called.getName().equals(method)) {
                return fault.instead(given, original);
              }
              if (called.getName().equals("equals") && given.length == 1) {
                return self == given[0];
              }
              return original.with(given);
            });
    return type.cast(proxy);
  }

  private static long methods(Class<?> type, String name) {
    long count = 0;
    for (Method method : type.getMethods()) {
      count += method.getName().equals(name) ? 1 : 0;
    }
    return count;
  }

  private static Object invoke(Method method, Object target, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
