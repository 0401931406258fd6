using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Results;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace IsmsModular.Risks.Catalogues.Import;

/// <summary>What a file can be told to be by its content.</summary>
public enum ForeignKind
{
    /// <summary>CSV or XLSX: columns are mapped.</summary>
    Table,

    /// <summary>The program's own catalogue, as in a plugin.</summary>
    Catalogue,

    /// <summary>The program's own mapping, as in a plugin.</summary>
    Mapping,

    /// <summary>NIST OSCAL catalogue.</summary>
    OscalCatalog,

    /// <summary>NIST OSCAL profile.</summary>
    OscalProfile,

    /// <summary>CISO Assistant library.</summary>
    CisoLibrary,

    /// <summary>MISP taxonomy, such as the MONARC threats.</summary>
    MispTaxonomy,

    /// <summary>MISP galaxy cluster.</summary>
    MispGalaxy,

    /// <summary>MONARC threats or vulnerabilities.</summary>
    MonarcObjects,
}

/// <summary>A file as a tree, whatever it was written in. Read within bounds of size, depth and count, without references to anything outside.</summary>
internal sealed record ForeignFile(ForeignKind Kind, JsonNode? Root)
{
    /// <summary>Levels of nesting.</summary>
    public const int Depth = 64;

    /// <summary>Values of a YAML file, repeated ones counted each time.</summary>
    public const int Nodes = 500_000;

    private const int LongWithoutEnd = 4096;

    /// <summary>Reads a JSON or YAML file and tells what it is; a table is only recognised.</summary>
    public static Result<ForeignFile> Read(byte[] given, string? name)
    {
        if (given.Length == 0)
            return Wrong("import.file.empty");
        if (Unicode.ToUtf8(given) is not { } bytes)
            return Wrong("import.file.utf16");
        if (bytes is [0x50, 0x4B, 0x03 or 0x05, ..])
            return new ForeignFile(ForeignKind.Table, null);
        if (bytes is [0x25, 0x50, 0x44, 0x46, ..] or [0x1F, 0x8B, ..] or [0x89, 0x50, 0x4E, 0x47, ..] or [0xD0, 0xCF, 0x11, 0xE0, ..])
            return Wrong("catalogues.import.error.binary");
        ReadOnlyMemory<byte> text = bytes.AsMemory(bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0);
        if (text.Span.IndexOf((byte)0) is var zero and >= 0)
            return Wrong("catalogues.import.error.zero", Line(text.Span, zero));
        if (!Utf8.IsValid(text.Span))
            return Wrong("catalogues.import.error.encoding", Line(text.Span, FirstBad(text.Span)));
        var start = FirstWord(text.Span);
        if (start < 0)
            return Wrong("import.file.empty");
        var extension = Path.GetExtension(name ?? "").ToLowerInvariant();
        if (text.Span[start] is (byte)'{' or (byte)'[' && extension is not (".csv" or ".txt" or ".tsv"))
            return Json(text);
        if (text.Span[start] == (byte)'<')
            return Wrong("catalogues.import.error.xml");
        if (extension is ".yaml" or ".yml" || (extension is not (".csv" or ".txt" or ".tsv") && LooksLikeYaml(text.Span)))
            return Yaml(Encoding.UTF8.GetString(text.Span));
        return extension == ".json" ? Wrong("catalogues.import.error.json", Line(text.Span, start), Column(text.Span, start)) : new ForeignFile(ForeignKind.Table, null);
    }

    private static Result<ForeignFile> Json(ReadOnlyMemory<byte> text)
    {
        var reader = new Utf8JsonReader(text.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth >= Depth)
                    return Wrong("catalogues.import.error.deep", Line(text.Span, (int)reader.TokenStartIndex), Number(Depth));
                // Half of a surrogate pair would be found later, by whoever reads the text.
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                    reader.GetString();
            }

            var root = JsonNode.Parse(text.Span, null, new() { MaxDepth = Depth + 1, AllowDuplicateProperties = false });
            return Told(root);
        }
        catch (InvalidOperationException)
        {
            return Wrong("catalogues.import.error.encoding", Line(text.Span, (int)reader.TokenStartIndex));
        }
        catch (JsonException error)
        {
            var cut = reader.BytesConsumed >= text.Length - 1 || error.BytePositionInLine is null || LineStart(text.Span, error.LineNumber ?? 0) + error.BytePositionInLine >= text.Length - 1;
            return error.Message.StartsWith("Duplicate property", StringComparison.Ordinal)
                ? Wrong("catalogues.import.error.twice", Quoted(error.Message))
                : Wrong(cut ? "catalogues.import.error.cut" : "catalogues.import.error.json", Number((error.LineNumber ?? 0) + 1), Number((error.BytePositionInLine ?? 0) + 1));
        }
    }

    private static Result<ForeignFile> Yaml(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            if (new YamlTree(parser).Read() is not { } root)
                return Wrong("import.file.empty");
            // YAML that is cut between two words is still YAML. What programs write ends with a line end; short files are typed by hand.
            return text.Length > LongWithoutEnd && text[^1] is not ('\n' or '\r') ? Wrong("catalogues.import.error.cutline", Number(text.Count(c => c == '\n') + 1)) : Told(root);
        }
        catch (YamlRefusedException refused)
        {
            return refused.Error;
        }
        catch (YamlException error)
        {
            return Wrong("catalogues.import.error.yaml", Number(error.Start.Line), Number(error.Start.Column));
        }
    }

    private static Result<ForeignFile> Told(JsonNode? root)
    {
        ForeignKind? kind = root switch
        {
            JsonObject o when o["catalog"] is JsonObject => ForeignKind.OscalCatalog,
            JsonObject o when o["profile"] is JsonObject => ForeignKind.OscalProfile,
            JsonObject o when o["objects"] is JsonObject && o.ContainsKey("urn") => ForeignKind.CisoLibrary,
            JsonObject o when o["namespace"] is JsonValue && o["predicates"] is JsonArray => ForeignKind.MispTaxonomy,
            JsonObject o when o["items"] is JsonArray && o["id"] is JsonValue && o["edition"] is JsonValue => ForeignKind.Catalogue,
            JsonObject o when o["rows"] is JsonArray && o["from"] is JsonValue && o["to"] is JsonValue => ForeignKind.Mapping,
            JsonObject o when o["values"] is JsonArray && o["name"] is JsonValue => ForeignKind.MispGalaxy,
            JsonObject or JsonArray when Monarc.Recognises(root) => ForeignKind.MonarcObjects,
            _ => null,
        };
        return kind is { } told ? new ForeignFile(told, root) : Wrong("catalogues.import.error.unknown", root is JsonObject named ? string.Join(", ", named.Select(p => p.Key).Take(6)) : "–");
    }

    private static int FirstWord(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(" \t\r\n"u8);

    /// <summary>A first line of the form <c>key:</c>, or a document mark.</summary>
    private static bool LooksLikeYaml(ReadOnlySpan<byte> text)
    {
        foreach (var line in text[..Math.Min(text.Length, 4096)].Split((byte)'\n'))
        {
            var words = Encoding.UTF8.GetString(text[line]).TrimEnd();
            if (words.Length == 0 || words.StartsWith('#'))
                continue;
            return words == "---" || words.StartsWith("%YAML", StringComparison.Ordinal) || (words.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && words[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') && (colon + 1 == words.Length || words[colon + 1] == ' '));
        }

        return false;
    }

    private static Error Wrong(string key, params string[] arguments) => Error.Invalid(key, "File", arguments);

    private static string Line(ReadOnlySpan<byte> text, int at) => Number(text[..at].Count((byte)'\n') + 1);

    private static string Column(ReadOnlySpan<byte> text, int at) => Number(at - (text[..at].LastIndexOf((byte)'\n') + 1) + 1);

    private static long LineStart(ReadOnlySpan<byte> text, long line)
    {
        var at = 0;
        for (var n = 0L; n < line && text[at..].IndexOf((byte)'\n') is var next and >= 0; n++)
            at += next + 1;
        return at;
    }

    private static int FirstBad(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length && Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
            at += length;
        return Math.Min(at, text.Length);
    }

    private static string Quoted(string message) => message.Split('\'') is [_, var name, ..] ? name : message;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Builds a tree from YAML events. No tags, one document; a repeated part (alias) costs as much as it holds, so that nothing grows without bound.</summary>
    private sealed class YamlTree(Parser parser)
    {
        private readonly Dictionary<string, (JsonNode? Node, int Size)> anchors = new(StringComparer.Ordinal);
        private readonly HashSet<string> open = new(StringComparer.Ordinal);
        private int nodes;

        public JsonNode? Read()
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                return null;
            parser.Consume<DocumentStart>();
            var root = Node(0);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out var end))
                throw Refused("catalogues.import.error.documents", parser.Current!.Start);
            return root;
        }

        private JsonNode? Node(int depth)
        {
            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                if (open.Contains(alias.Value.Value) || !anchors.TryGetValue(alias.Value.Value, out var known))
                    throw Refused("catalogues.import.error.alias", alias.Start, alias.Value.Value);
                Count(known.Size, alias.Start);
                return known.Node?.DeepClone();
            }

            if (!parser.Accept<NodeEvent>(out var node))
                throw Refused("catalogues.import.error.yaml", parser.Current?.Start ?? Mark.Empty);
            if (!node.Tag.IsEmpty)
                throw Refused("catalogues.import.error.tag", node.Start, node.Tag.ToString());
            if (depth >= Depth)
                throw Refused("catalogues.import.error.deep", node.Start, Number(Depth));
            var before = nodes;
            Count(1, node.Start);
            var anchor = node.Anchor.IsEmpty ? null : node.Anchor.Value;
            if (anchor is not null)
                open.Add(anchor);
            var made = node switch
            {
                Scalar => Value(parser.Consume<Scalar>()),
                SequenceStart => Sequence(depth),
                _ => Mapping(depth),
            };
            if (anchor is not null)
            {
                open.Remove(anchor);
                anchors[anchor] = (made, nodes - before);
            }

            return made;
        }

        private JsonArray Sequence(int depth)
        {
            parser.Consume<SequenceStart>();
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
                list.Add(Node(depth + 1));
            return list;
        }

        private JsonObject Mapping(int depth)
        {
            parser.Consume<MappingStart>();
            var record = new JsonObject();
            List<JsonObject> merged = [];
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                if (!parser.TryConsume<Scalar>(out var key))
                    throw Refused("catalogues.import.error.key", parser.Current!.Start);
                if (!key.Tag.IsEmpty)
                    throw Refused("catalogues.import.error.tag", key.Start, key.Tag.ToString());
                if (key is { Value: "<<", Style: ScalarStyle.Plain })
                {
                    var node = Node(depth + 1);
                    JsonNode?[] parts = node is JsonArray several ? [.. several] : [node];
                    merged.AddRange(parts.Select(p => p as JsonObject ?? throw Refused("catalogues.import.error.yaml", key.Start)));
                    continue;
                }

                if (record.ContainsKey(key.Value))
                    throw new YamlRefusedException(Wrong("catalogues.import.error.twiceat", Number(key.Start.Line), key.Value));
                record.Add(key.Value, Node(depth + 1));
            }

            // What is merged was counted where it was read; it yields to what the record has itself, and to what was merged before.
            foreach (var (name, value) in merged.SelectMany(m => m).Where(p => !record.ContainsKey(p.Key)))
                record.Add(name, value?.DeepClone());
            return record;
        }

        /// <summary>Plain words are text, but for numbers, yes and no, and nothing.</summary>
        private static JsonNode? Value(Scalar scalar)
        {
            if (scalar.Style != ScalarStyle.Plain)
                return JsonValue.Create(scalar.Value);
            return scalar.Value switch
            {
                "" or "~" or "null" or "Null" or "NULL" => null,
                "true" or "True" or "TRUE" => JsonValue.Create(true),
                "false" or "False" or "FALSE" => JsonValue.Create(false),
                var digits when digits.Length < 10 && int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == digits => JsonValue.Create(number),
                var words => JsonValue.Create(words),
            };
        }

        private void Count(int more, Mark at)
        {
            nodes += more;
            if (nodes > Nodes)
                throw Refused("catalogues.import.error.many", at, Number(Nodes));
        }

        private static YamlRefusedException Refused(string key, Mark at, params string[] more) => new(Wrong(key, [Number(at.Line), .. more.Length > 0 ? more : [Number(at.Column)]]));
    }

    private sealed class YamlRefusedException(Error error) : Exception(error.Message)
    {
        public Error Error { get; } = error;
    }
}
