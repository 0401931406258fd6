using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins;

/// <summary>Identity and content of a plugin, from its <c>plugin.json</c>. Nothing of it is trusted before <see cref="Parse"/> has checked it.</summary>
internal sealed partial class PluginManifest
{
    public const string FileName = "plugin.json";
    public const int MaximumSize = 1 << 20;

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required PluginVersion Version { get; init; }

    /// <summary>Contract version that the plugin was built for, major and minor.</summary>
    public required Version Sdk { get; init; }

    public required string Kind { get; init; }

    public string? Licence { get; init; }

    public string? Source { get; init; }

    /// <summary>Main assembly, or <c>null</c> for a plugin of data alone.</summary>
    public string? Assembly { get; init; }

    /// <summary>What it says it offers, such as <c>methodology matrix</c>: more it may not. <c>null</c> when it says nothing.</summary>
    public IReadOnlySet<string>? Offers { get; init; }

    /// <summary>SHA-256 of the manifest itself.</summary>
    public required string Hash { get; init; }

    /// <summary>SHA-256 (lower-case hexadecimal) of every file, by its path with forward slashes.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <exception cref="PluginRefusedException">The manifest is not well formed.</exception>
    public static PluginManifest Parse(byte[] json)
    {
        if (json.Length > MaximumSize)
            throw Wrong("plugin.json", "too large");
        try
        {
            using var document = JsonDocument.Parse(json, new() { AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw Wrong("plugin.json", "not an object");
            var files = ReadFiles(root);
            return new()
            {
                Id = Matching(root, "id", IdPattern()),
                Name = Text(root, "name", 200),
                Version = PluginVersion.TryParse(Text(root, "version", 60)) ?? throw Wrong("version", "not of the form 1.2.3"),
                Sdk = System.Version.Parse(Matching(root, "sdk", SdkPattern())),
                Kind = Text(root, "kind", 60),
                Licence = OptionalText(root, "licence"),
                Source = OptionalText(root, "source"),
                Assembly = ReadAssembly(root, files),
                Offers = ReadOffers(root),
                Hash = Convert.ToHexStringLower(SHA256.HashData(json)),
                Files = files,
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Half of a surrogate pair is found when the text is read, not when the file is parsed.
            throw Wrong("plugin.json", error.Message);
        }
    }

    /// <summary>Whether a path stays inside the plugin's folder on every system.</summary>
    public static bool IsSafePath(string path) =>
        path.Length is > 0 and <= 200
        && !path.Any(c => char.IsControl(c) || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|')
        && path.Split('/').All(part => part is not ("" or "." or "..") && !part.EndsWith('.') && !part.EndsWith(' ') && !IsDevice(part));

    /// <summary>Names that stand for a device on Windows, with any extension.</summary>
    private static bool IsDevice(string part) => part.Split('.')[0].ToUpperInvariant() is "CON" or "PRN" or "AUX" or "NUL" or ['C', 'O', 'M', >= '0' and <= '9'] or ['L', 'P', 'T', >= '0' and <= '9'];

    private static Dictionary<string, string> ReadFiles(JsonElement root)
    {
        if (!root.TryGetProperty("files", out var listed) || listed.ValueKind != JsonValueKind.Object)
            throw Wrong("files", "missing");
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var folded = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in listed.EnumerateObject())
        {
            if (!IsSafePath(file.Name) || file.Name is FileName or PluginSignature.FileName)
                throw new PluginRefusedException(PluginState.Faulted, new Message("plugins.reason.path", "A file name leads out of the plugin's folder: {0}.", file.Name));
            if (file.Value.ValueKind != JsonValueKind.String || !HashPattern().IsMatch(file.Value.GetString()!))
                throw Wrong($"files[{file.Name}]", "not a SHA-256 in hexadecimal");
            if (!folded.Add(file.Name))
                throw Wrong($"files[{file.Name}]", "listed twice");
            files.Add(file.Name, file.Value.GetString()!.ToLowerInvariant());
        }

        return files;
    }

    private static HashSet<string>? ReadOffers(JsonElement root)
    {
        if (!root.TryGetProperty("offers", out var listed))
            return null;
        return listed.ValueKind == JsonValueKind.Array && listed.GetArrayLength() <= 500 && listed.EnumerateArray().All(o => o.ValueKind == JsonValueKind.String && o.GetString() is { Length: > 0 and <= 250 })
            ? [.. listed.EnumerateArray().Select(o => o.GetString()!)]
            : throw Wrong("offers", "not a list of texts such as \"methodology acme\"");
    }

    private static string? ReadAssembly(JsonElement root, Dictionary<string, string> files)
    {
        var name = OptionalText(root, "assembly");
        if (name is null)
            return null;
        if (!IsSafePath(name) || name.Contains('/', StringComparison.Ordinal))
            throw new PluginRefusedException(PluginState.Faulted, new Message("plugins.reason.path", "A file name leads out of the plugin's folder: {0}.", name));
        return files.ContainsKey(name) && name.EndsWith(".dll", StringComparison.Ordinal) ? name : throw Wrong("assembly", "not a listed .dll");
    }

    private static string Matching(JsonElement root, string property, Regex pattern)
    {
        var text = Text(root, property, 100);
        return pattern.IsMatch(text) ? text : throw Wrong(property, text);
    }

    private static string Text(JsonElement root, string property, int longest)
    {
        var text = OptionalText(root, property);
        return text is { Length: > 0 } && text.Length <= longest ? text : throw Wrong(property, text is null ? "missing" : "empty or too long");
    }

    private static string? OptionalText(JsonElement root, string property) =>
        root.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null
            ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(property, "not a text")
            : null;

    private static PluginRefusedException Wrong(string field, string problem) =>
        new(PluginState.Faulted, new Message("plugins.reason.manifest", "The manifest is wrong at {0}: {1}.", field, problem));

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,62}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();

    [GeneratedRegex("^[0-9]{1,4}\\.[0-9]{1,4}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex SdkPattern();

    [GeneratedRegex("^[0-9a-fA-F]{64}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex HashPattern();
}

/// <summary>Version of a plugin: three numbers, optionally a pre-release word which comes before the release.</summary>
internal sealed record PluginVersion(Version Core, string? Prerelease) : IComparable<PluginVersion>
{
    public static PluginVersion? TryParse(string text)
    {
        var parts = text.Split('-', 2);
        var numbers = parts[0].Split('.');
        var wellFormed = numbers.Length == 3
            && numbers.All(n => n.Length is > 0 and < 8 && n.All(char.IsAsciiDigit))
            && (parts.Length == 1 || (parts[1].Length > 0 && parts[1].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-') && !parts[1].EndsWith('.')));
        return wellFormed ? new(Version.Parse(parts[0]), parts.Length > 1 ? parts[1] : null) : null;
    }

    public int CompareTo(PluginVersion? other)
    {
        if (other is null)
            return 1;
        var core = Core.CompareTo(other.Core);
        return core != 0 ? core : (Prerelease, other.Prerelease) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            var (a, b) => string.CompareOrdinal(a, b),
        };
    }

    public override string ToString() => Core.ToString(3) + (Prerelease is null ? "" : "-" + Prerelease);
}

/// <summary>A plugin may not be used; the reason is shown to the administrator.</summary>
internal sealed class PluginRefusedException(PluginState state, Message reason) : Exception(string.Create(CultureInfo.InvariantCulture, $"{state}: {reason}"))
{
    public PluginState State { get; } = state;

    public Message Reason { get; } = reason;
}
