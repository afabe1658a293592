package dev.trefoil.raw.wireshark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Runs tshark with the dissector over a capture. */
final class Tshark {
  private static final Path DISSECTOR = Path.of("..", "docs", "wireshark", "trefoil.lua");

  private Tshark() {}

  /** Skips the test where tshark is missing; where all is required, fails it. */
  static void require() {
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, "tshark"))) {
        return;
      }
    }
    String missing = "tshark is not installed";
    if (Boolean.getBoolean("trefoil.require.all")) {
      Assertions.fail(missing);
    }
    Assumptions.abort(missing);
  }

  /** What the dissector shows of one hello or frame: names of fields without the prefix. */
  record Shown(int connection, Map<String, List<String>> fields, boolean malformed) {
    String get(String field) {
      List<String> values = fields.get(field);
      return values == null ? null : String.join(",", values);
    }
  }

  /** {@return all hellos and frames of a capture, in order} */
  static List<Shown> dissect(byte[] capture) throws Exception {
    Path file = Files.createTempFile("trefoil", ".pcap");
    Path output = Files.createTempFile("trefoil", ".xml");
    Path errors = Files.createTempFile("trefoil", ".txt");
    try {
      Files.write(file, capture);
      Process process =
          new ProcessBuilder(
                  "tshark",
                  "-n",
                  "-o",
                  "tcp.try_heuristic_first:TRUE",
                  "-X",
                  "lua_script:" + DISSECTOR,
                  "-r",
                  file.toString(),
                  "-T",
                  "pdml")
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      try {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("tshark ends").isTrue();
      } finally {
        process.destroyForcibly();
      }
      assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
      assertThat(Files.readString(errors)).doesNotContainIgnoringCase("lua:");
      return read(output);
    } finally {
      Files.delete(file);
      Files.delete(output);
      Files.delete(errors);
    }
  }

  private static List<Shown> read(Path output) throws Exception {
    List<Shown> all = new ArrayList<>();
    NodeList packets =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(output.toFile())
            .getElementsByTagName("packet");
    for (int i = 0; i < packets.getLength(); i++) {
      Element packet = (Element) packets.item(i);
      NodeList protocols = packet.getElementsByTagName("proto");
      for (int j = 0; j < protocols.getLength(); j++) {
        Element protocol = (Element) protocols.item(j);
        if (protocol.getAttribute("name").equals("trefoil")) {
          all.add(shown(packet, protocol));
        }
      }
    }
    return all;
  }

  private static Shown shown(Element packet, Element protocol) {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    boolean malformed = false;
    NodeList all = protocol.getElementsByTagName("field");
    for (int i = 0; i < all.getLength(); i++) {
      Element field = (Element) all.item(i);
      String name = field.getAttribute("name");
      malformed |= name.equals("trefoil.malformed");
      if (name.startsWith("trefoil.")) {
        fields
            .computeIfAbsent(name.substring("trefoil.".length()), key -> new ArrayList<>())
            .add(field.getAttribute("show"));
      }
    }
    return new Shown(stream(packet), fields, malformed);
  }

  private static int stream(Element packet) {
    NodeList fields = packet.getElementsByTagName("field");
    for (int i = 0; i < fields.getLength(); i++) {
      Element field = (Element) fields.item(i);
      if (field.getAttribute("name").equals("tcp.stream")) {
        return Integer.parseInt(field.getAttribute("show"));
      }
    }
    throw new AssertionError("a packet without a connection");
  }
}
