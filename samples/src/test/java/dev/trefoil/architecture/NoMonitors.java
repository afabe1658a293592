package dev.trefoil.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Neither a synchronized method nor a synchronized block. The block shows only in the bytecode, so
 * the class file itself is read.
 */
final class NoMonitors extends ArchCondition<JavaClass> {
  NoMonitors() {
    super("use no monitors");
  }

  @Override
  public void check(JavaClass javaClass, ConditionEvents events) {
    for (String method : methodsWithMonitors(read(javaClass))) {
      events.add(
          SimpleConditionEvent.violated(
              javaClass,
              "%s.%s is synchronized or has a synchronized block"
                  .formatted(javaClass.getName(), method)));
    }
  }

  private static byte[] read(JavaClass javaClass) {
    URI uri = javaClass.getSource().orElseThrow().getUri();
    try (InputStream in = uri.toURL().openStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + uri, e);
    }
  }

  private static Set<String> methodsWithMonitors(byte[] classFile) {
    Set<String> found = new TreeSet<>();
    ClassVisitor visitor =
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
              found.add(name);
            }
            return new MethodVisitor(Opcodes.ASM9) {
              @Override
              public void visitInsn(int opcode) {
                if (opcode == Opcodes.MONITORENTER) {
                  found.add(name);
                }
              }
            };
          }
        };
    new ClassReader(classFile).accept(visitor, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return found;
  }
}
