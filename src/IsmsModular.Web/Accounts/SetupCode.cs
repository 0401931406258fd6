using System.Security.Cryptography;
using System.Text;
using IsmsModular.Platform.Store;

namespace IsmsModular.Web.Accounts;

/// <summary>The one-time code of the first start. Printed on the console while there is no account; lives only in memory.</summary>
internal sealed class SetupCode(IStoreDirectory stores)
{
    private readonly string code = RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 12);
    private bool isUsed;

    /// <summary>The code in groups, as printed.</summary>
    public string Printed => string.Join('-', code.Chunk(4).Select(c => new string(c)));

    /// <summary>Whether the program waits for its first administrator.</summary>
    public async Task<bool> IsNeededAsync(CancellationToken cancellationToken)
    {
        if (!isUsed)
            isUsed = await stores.System.OpenSession(Actor.System).CountAsync<Account>(Query.All, cancellationToken) > 0;
        return !isUsed;
    }

    /// <summary>Compares in constant time.</summary>
    public bool Matches(string? typed)
    {
        var clean = new string([.. (typed ?? "").ToUpperInvariant().Where(char.IsLetterOrDigit)]);
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(clean)), SHA256.HashData(Encoding.UTF8.GetBytes(code)));
    }
}
