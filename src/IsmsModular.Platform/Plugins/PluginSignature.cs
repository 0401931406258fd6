using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins;

/// <summary>A signature over the very bytes of <c>plugin.json</c>, which has the hash of every other file: ECDSA on P-256 with SHA-256, in DER (docs/decisions/0009-plugin-market.md). Lies beside it as <c>plugin.sig</c>.</summary>
internal sealed class PluginSignature
{
    public const string FileName = "plugin.sig";
    public const int MaximumSize = 8 * 1024;
    private const string Algorithm = "ecdsa-p256-sha256";

    private readonly byte[] publicKey;
    private readonly byte[] signature;

    private PluginSignature(byte[] publicKey, byte[] signature)
    {
        this.publicKey = publicKey;
        this.signature = signature;
        Fingerprint = SigningKey.FingerprintOf(publicKey);
    }

    /// <summary>SHA-256 of the key that it says it was made with.</summary>
    public string Fingerprint { get; }

    /// <exception cref="PluginRefusedException">It is not well formed, or was not made over this manifest.</exception>
    public static PluginSignature Check(byte[] json, byte[] manifest)
    {
        try
        {
            var root = JsonNode.Parse(json, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject;
            var read = (string?)root?["algorithm"] == Algorithm ? new PluginSignature(Convert.FromBase64String((string)root!["publicKey"]!), Convert.FromBase64String((string)root["signature"]!)) : throw Wrong();
            using var key = SigningKey.Import(read.publicKey) ?? throw Wrong();
            return key.VerifyData(manifest, read.signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence) ? read : throw Wrong();
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or ArgumentNullException or CryptographicException)
        {
            throw Wrong();
        }
    }

    /// <summary>The content of <c>plugin.sig</c> for a manifest.</summary>
    public static byte[] Make(byte[] manifest, ECDsa key) => JsonSerializer.SerializeToUtf8Bytes(
        new JsonObject
        {
            ["algorithm"] = Algorithm,
            ["publicKey"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
            ["signature"] = Convert.ToBase64String(key.SignData(manifest, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        },
        SigningKey.Indented);

    private static PluginRefusedException Wrong() => new(PluginState.Faulted, new Message("plugins.reason.signature", "Its signature is wrong: plugin.json is not what was signed."));
}

/// <summary>Keys that plugins are signed with.</summary>
public static class SigningKey
{
    private const string P256 = "1.2.840.10045.3.1.7";

    internal static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };

    /// <summary>A new key.</summary>
    /// <returns>Private and public half, each as PEM.</returns>
    public static (string Private, string Public) Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (key.ExportPkcs8PrivateKeyPem() + "\n", key.ExportSubjectPublicKeyInfoPem() + "\n");
    }

    /// <summary>The public key of a PEM text.</summary>
    /// <returns>The key as DER, or <c>null</c> when the text is no public key on P-256. A private key is none.</returns>
    public static byte[]? ReadPublic(string? pem)
    {
        if (pem is null || pem.Length > 4000 || !PemEncoding.TryFind(pem, out var found) || pem.AsSpan()[found.Label] is not "PUBLIC KEY")
            return null;
        try
        {
            var der = Convert.FromBase64String(pem[found.Base64Data]);
            using var key = Import(der);
            return key?.ExportSubjectPublicKeyInfo();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The private key of a PEM text, or <c>null</c> when it is none on P-256. The caller disposes of it.</summary>
    public static ECDsa? ReadPrivate(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (IsP256(key) && key.ExportPkcs8PrivateKey().Length > 0)
                return key;
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            // Not a key.
        }

        key.Dispose();
        return null;
    }

    /// <summary>SHA-256 of a public key in DER, as 64 hexadecimal digits.</summary>
    public static string FingerprintOf(byte[] publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey));

    internal static ECDsa? Import(byte[] publicKey)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey, out var read);
            if (read == publicKey.Length && IsP256(key))
                return key;
        }
        catch (CryptographicException)
        {
            // Not a key.
        }

        key.Dispose();
        return null;
    }

    private static bool IsP256(ECDsa key) => key.KeySize == 256 && key.ExportParameters(false).Curve.Oid.Value == P256;
}
