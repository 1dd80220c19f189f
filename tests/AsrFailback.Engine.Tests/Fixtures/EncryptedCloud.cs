using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AsrFailback.Engine.Tests;

/// <summary>A VMM site whose cloud is encrypted, and what its operator keeps.</summary>
internal static class EncryptedCloud
{
    public const string Cloud = "cloud01";
    public const string Password = "korrekt-horse-47-staple";

    /// <summary>A world whose machine replicates from an encrypted cloud to Azure.</summary>
    public static async Task<DrWorld> ProtectedAsync(WorldSetup? setup = null)
    {
        var world = await DrWorld.CreateAsync(FabricKind.Vmm, setup: setup);
        await world.RunAsync(Issue());
        await world.RunAsync(DrWorld.Enable(setup?.Policy));
        return world;
    }

    public static IssueEncryptionCertificate Issue() => new(DrWorld.Home, Cloud);

    /// <summary>The certificate as its operator keeps it.</summary>
    public static Task<byte[]> ExportAsync(this DrWorld world) => world.Engine.ExportEncryptionCertificateAsync(DrWorld.Home, Cloud, Secure(Password));

    /// <summary>Gives the engine a certificate.</summary>
    public static Task<EncryptionCertificate> GiveAsync(this DrWorld world, byte[] file, string password = Password) =>
        world.Engine.UseEncryptionCertificateAsync(new EncryptionCertificateFile("kept.pfx", file, Secure(password)));

    /// <summary>What a command says of the right certificate.</summary>
    public static EncryptionCertificate Named(this DrWorld world) => new(world.Facts.Encryption!.Thumbprint, world.Setup.Clock.GetUtcNow().AddDays(1));

    /// <summary>A failover to Azure with a certificate.</summary>
    public static StartFailover FailoverWith(EncryptionCertificate? certificate, Guid? point = null, bool shutDown = false) =>
        new(DrWorld.Item, point, shutDown) { EncryptionCertificate = certificate };

    /// <summary>The disk of the VMM site died: its folder is gone.</summary>
    public static void HomeDies(this DrWorld world) => Directory.Move(world.SiteRoot(DrWorld.Home), world.SiteRoot(DrWorld.Home) + "-gone");

    public static void HomeIsBack(this DrWorld world) => Directory.Move(world.SiteRoot(DrWorld.Home) + "-gone", world.SiteRoot(DrWorld.Home));

    /// <summary>Another certificate with its key.</summary>
    public static byte[] Foreign(DateTimeOffset notAfter, bool withKey = true)
    {
        using var rsa = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=other", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(notAfter.AddYears(-1), notAfter);
        return certificate.Export(withKey ? X509ContentType.Pkcs12 : X509ContentType.Cert, withKey ? Password : null);
    }

    public static SecureString Secure(string text)
    {
        var secure = new SecureString();
        text.ToList().ForEach(secure.AppendChar);
        return secure;
    }

    /// <summary>Every file below a folder with its path.</summary>
    public static IEnumerable<(string Path, byte[] Content)> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => (path, ReadShared(path)));

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }
}
