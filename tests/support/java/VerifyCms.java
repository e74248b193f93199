import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * What BouncyCastle says of a detached signature container.
 *
 * java VerifyCms.java CONTAINER CONTENT ROOT prints "digest signature valid|invalid", where valid also means that the
 * signer's certificate was issued by one in the container that the certificate in ROOT (PEM) issued.
 */
public class VerifyCms {
  public static void main(String[] names) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    byte[] container = Files.readAllBytes(Path.of(names[0]));
    byte[] content = Files.readAllBytes(Path.of(names[1]));
    CertificateFactory factory = CertificateFactory.getInstance("X.509", "BC");
    X509Certificate root;
    try (InputStream file = Files.newInputStream(Path.of(names[2]))) {
      root = (X509Certificate) factory.generateCertificate(file);
    }
    CMSSignedData signed = new CMSSignedData(new CMSProcessableByteArray(content), container);
    for (SignerInformation signer : signed.getSignerInfos().getSigners()) {
      X509CertificateHolder own =
          (X509CertificateHolder) signed.getCertificates().getMatches(signer.getSID()).iterator().next();
      boolean valid = verified(signer, own);
      for (X509CertificateHolder other : signed.getCertificates().getMatches(null)) {
        if (other.getSubject().equals(own.getIssuer())) {
          X509Certificate issuer = read(factory, other);
          read(factory, own).verify(issuer.getPublicKey(), "BC");
          issuer.verify(root.getPublicKey(), "BC");
        }
      }
      System.out.println(signer.getDigestAlgOID() + " " + signer.getEncryptionAlgOID() + (valid ? " valid" : " invalid"));
    }
  }

  private static boolean verified(SignerInformation signer, X509CertificateHolder own) throws Exception {
    try {
      return signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(own));
    } catch (org.bouncycastle.cms.CMSException refused) {
      return false;
    }
  }

  private static X509Certificate read(CertificateFactory factory, X509CertificateHolder holder) throws Exception {
    return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(holder.getEncoded()));
  }
}
