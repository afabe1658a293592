package dev.trefoil.samples.shared;

import dev.trefoil.Options;
import dev.trefoil.raw.Tls;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Certificates, for endpoints such as {@code raw+tls://}. */
public final class TlsFlags {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "This side's certificate and those behind it, PEM; what is bound needs one.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its private key, PEM (PKCS#8). Default: the file of --tls-cert.")
  private @Nullable Path key;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "Whose certificates to trust, PEM. Default: whom Java trusts.")
  private @Nullable Path authorities;

  @Option(
      names = "--tls-client-auth",
      description = "Let in only who shows a certificate that --tls-ca has signed.")
  private boolean clientAuthentication;

  /** {@return whether the user gave any} */
  boolean given() {
    return certificate != null || key != null || authorities != null || clientAuthentication;
  }

  void applyTo(Options.Builder options) {
    if (key != null && certificate == null) {
      throw new ParameterException(spec.commandLine(), "--tls-key needs --tls-cert");
    }
    if (clientAuthentication && authorities == null) {
      throw new ParameterException(spec.commandLine(), "--tls-client-auth needs --tls-ca");
    }
    Tls.Builder tls = Tls.builder();
    if (certificate != null) {
      tls.certificate(certificate, key == null ? certificate : key);
    }
    if (authorities != null) {
      tls.authorities(authorities);
    }
    if (clientAuthentication) {
      tls.clientAuthentication(Tls.ClientAuthentication.REQUIRED);
    }
    options.settings(tls.build());
  }
}
