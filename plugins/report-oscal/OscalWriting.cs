using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Shared;

namespace IsmsModular.Plugins.Oscal;

/// <summary>What all models have in common: identifiers, texts as OSCAL allows them, metadata.</summary>
internal static class OscalWriting
{
    /// <summary>Namespace of our properties and of our identifiers.</summary>
    public const string Space = "urn:ismsmodular:oscal";

    private static readonly Guid Root = new("5b9a2c1e-8f64-4d0b-9a37-6d1f0c2e7a48");

    /// <summary>A UUID of version 5: the same for the same names.</summary>
    public static Guid Uuid(params string[] names)
    {
        Span<byte> root = stackalloc byte[16];
        Root.TryWriteBytes(root, bigEndian: true, out _);
#pragma warning disable CA5350 // RFC 9562 makes version 5 with SHA-1; nothing is kept secret by it.
        var hash = SHA1.HashData([.. root, .. Encoding.UTF8.GetBytes(string.Join('\u001f', names))]);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new(hash.AsSpan(0, 16), bigEndian: true);
    }

    /// <summary>Identifier of the catalogue as it is exported: with the controls that are not its own.</summary>
    public static Guid CatalogueUuid(this ReportControls statement) =>
        Uuid(["catalog", statement.SystemId, statement.Catalogue.Id, statement.Catalogue.Edition, .. statement.Controls.Where(c => !statement.IsListed(c)).Select(statement.ControlId)]);

    /// <summary>Whether a control is from the catalogue itself, not from a sector's extension or the organisation.</summary>
    public static bool IsListed(this ReportControls statement, ReportControl control) => control.Catalogue == statement.Catalogue.Id;

    /// <summary>Identifier of a control, unique in the exported catalogue.</summary>
    public static string ControlId(this ReportControls statement, ReportControl control) => statement.IsListed(control) ? Token(control.Id) : Token($"{control.Catalogue}_{control.Id}");

    /// <summary>A name as OSCAL takes them: a letter first, then letters, digits, dot, hyphen, underscore.</summary>
    public static string Token(string name)
    {
        var clean = new string([.. name.Select(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-')]);
        return clean.Length > 0 && (char.IsLetter(clean[0]) || clean[0] == '_') ? clean : "c-" + clean;
    }

    /// <summary>One line without spaces at its ends, or <c>null</c> when nothing is left.</summary>
    public static string? OneLine(string? text) => Trimmed(text)?.ReplaceLineEndings(" ");

    public static string? Trimmed(string? text) => text is null ? null : ReportText.Clean(text).Replace('\t', ' ').Trim() is { Length: > 0 } clean ? clean : null;

    public static void Line(this Utf8JsonWriter w, string name, string? text, string otherwise = "-") => w.WriteString(name, OneLine(text) ?? otherwise);

    public static void Lines(this Utf8JsonWriter w, string name, string? text)
    {
        if (Trimmed(text) is { } lines)
            w.WriteString(name, lines);
    }

    /// <summary>Properties that have a value; without one the list is left out.</summary>
    public static void Properties(this Utf8JsonWriter w, params (string Name, string? Value, bool IsOurs)[] properties)
    {
        var known = properties.Select(p => (p.Name, Value: OneLine(p.Value), p.IsOurs)).Where(p => p.Value is not null).ToList();
        if (known.Count == 0)
            return;
        w.WriteStartArray("props");
        foreach (var (name, value, isOurs) in known)
        {
            w.WriteStartObject();
            w.WriteString("name", Token(name));
            if (isOurs)
                w.WriteString("ns", Space);
            w.WriteString("value", value);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }

    public static void Metadata(this Utf8JsonWriter w, ReportDocument report, string title, string version, string? remarks)
    {
        var party = Uuid("party", report.Organisation);
        w.WriteStartObject("metadata");
        w.Line("title", title);
        w.WriteString("last-modified", report.MadeAt.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        w.Line("version", version);
        w.WriteString("oscal-version", "1.2.1");
        w.Properties(("activity-log-head", report.HeadHash, true), ("marking", report.Marking, true));
        w.WriteStartArray("parties");
        w.WriteStartObject();
        w.WriteString("uuid", party);
        w.WriteString("type", "organization");
        w.Line("name", report.Organisation);
        w.WriteEndObject();
        w.WriteEndArray();
        w.Lines("remarks", remarks);
        w.WriteEndObject();
    }
}
