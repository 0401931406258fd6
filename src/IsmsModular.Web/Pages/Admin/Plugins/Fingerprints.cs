namespace IsmsModular.Web.Pages.Admin.Plugins;

/// <summary>Fingerprints as people compare them.</summary>
internal static class Fingerprints
{
    /// <summary>In groups of eight digits.</summary>
    public static string Grouped(string? fingerprint) => string.Join(' ', (fingerprint ?? "").Chunk(8).Select(c => new string(c)));
}
