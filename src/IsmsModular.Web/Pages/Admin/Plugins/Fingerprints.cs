namespace IsmsModular.Web.Pages.Admin.Plugins;

/// <summary>Fingerprints as people compare them.</summary>
internal static class Fingerprints
{
    /// <summary>In groups of eight digits.</summary>
    public static string Grouped(string? fingerprint) => string.Join(' ', (fingerprint ?? "").Chunk(8).Select(c => new string(c)));

    /// <summary>The first sixteen digits.</summary>
    public static string Short(string? fingerprint) => fingerprint is { Length: > 16 } ? Grouped(fingerprint[..16]) + " …" : Grouped(fingerprint);
}
