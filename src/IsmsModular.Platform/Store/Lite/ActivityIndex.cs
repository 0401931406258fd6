using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LiteDB;

namespace IsmsModular.Platform.Store.Lite;

/// <summary>One entry as stored, without the document.</summary>
internal static class LogRow
{
    public const string Collection = "store_activity";
    public const string DataCollection = "store_activity_data";
    public static readonly byte[] NoHash = new byte[32];
    private static readonly JsonWriterOptions Canonical = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static BsonDocument ToRow(ActivityEntry e) => new()
    {
        ["_id"] = e.Sequence,
        ["t"] = e.At.UtcTicks,
        ["w"] = e.ActorId,
        ["n"] = e.ActorName,
        ["a"] = e.Action,
        ["c"] = e.Collection,
        ["d"] = e.DocumentId,
        ["v"] = e.Version,
        ["x"] = e.Data is not null,
        ["r"] = e.Reason,
        ["p"] = Convert.FromHexString(e.Previous),
        ["h"] = Convert.FromHexString(e.Hash),
    };

    public static ActivityEntry FromRow(BsonDocument row, string? data) => new(
        row["_id"].AsInt64,
        new(row["t"].AsInt64, TimeSpan.Zero),
        row["w"].AsString,
        row["n"].AsString,
        row["a"].AsString,
        row["c"].AsString,
        row["d"].AsString,
        row["v"].AsInt64,
        data,
        row["r"].AsString,
        Convert.ToHexStringLower(row["p"].AsBinary),
        Convert.ToHexStringLower(row["h"].AsBinary));

    /// <summary>SHA-256 over the JSON array of everything in the entry but the hash itself.</summary>
    public static string Hash(ActivityEntry e)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Canonical))
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(e.Sequence);
            writer.WriteStringValue((string)FieldValue.Normalise(e.At)!);
            writer.WriteStringValue(e.ActorId);
            writer.WriteStringValue(e.ActorName);
            writer.WriteStringValue(e.Action);
            writer.WriteStringValue(e.Collection);
            writer.WriteStringValue(e.DocumentId);
            writer.WriteNumberValue(e.Version);
            writer.WriteStringValue(e.Data);
            writer.WriteStringValue(e.Reason);
            writer.WriteStringValue(e.Previous);
            writer.WriteEndArray();
        }
        return Convert.ToHexStringLower(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
    }
}

/// <summary>What is held in memory of the activity log: enough to find entries by document and by filter without reading the others.</summary>
internal sealed class ActivityIndex
{
    private readonly List<Line> lines = [];
    private readonly Dictionary<Ulid, int> lastById = [];
    private readonly Dictionary<string, int> lastByText = new(StringComparer.Ordinal);
    private readonly List<string> names = [];
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    public LogHead Head { get; private set; } = new(0, Convert.ToHexStringLower(LogRow.NoHash));

    /// <summary>Takes over a committed entry.</summary>
    public void Add(BsonDocument row)
    {
        var sequence = row["_id"].AsInt64;
        if (sequence != lines.Count + 1)
        {
            // A gap is a finding of the check; the places in between stay empty so that sequences keep their meaning.
            while (lines.Count + 1 < sequence)
            {
                lines.Add(default);
            }
        }
        var subject = row["d"].AsString;
        var previous = 0;
        if (subject is not null)
        {
            if (Ulid.TryParse(subject, out var id) && id.ToString() == subject)
            {
                lastById.TryGetValue(id, out previous);
                lastById[id] = (int)sequence;
            }
            else
            {
                lastByText.TryGetValue(subject, out previous);
                lastByText[subject] = (int)sequence;
            }
        }
        lines.Add(new(row["t"].AsInt64, previous, Place(row["w"].AsString), Place(row["a"].AsString), Place(row["c"].AsString), (int)row["v"].AsInt64, row["x"].AsBoolean));
        Head = new(sequence, Convert.ToHexStringLower(row["h"].AsBinary));
    }

    /// <summary>Sequences about a document or subject, newest first.</summary>
    public IEnumerable<long> About(string subject)
    {
        int at;
        if (Ulid.TryParse(subject, out var id) && id.ToString() == subject)
        {
            lastById.TryGetValue(id, out at);
        }
        else
        {
            lastByText.TryGetValue(subject, out at);
        }
        for (; at > 0; at = lines[at - 1].Previous)
        {
            yield return at;
        }
    }

    /// <summary>The last entry that wrote or removed a document, 0 for none; and whether the document should be there.</summary>
    public (long Sequence, bool Exists, int Version) LastWrite(string collection, string id)
    {
        var place = places.GetValueOrDefault(collection, -1);
        foreach (var sequence in About(id))
        {
            var line = lines[(int)sequence - 1];
            if (line.Collection == place)
            {
                return (sequence, line.HasData, line.Version);
            }
        }
        return default;
    }

    /// <summary>Whether the id belongs or belonged to a document of another collection.</summary>
    public bool IsOfAnother(string collection, string id)
    {
        var place = places.GetValueOrDefault(collection, -1);
        return About(id).Any(sequence => lines[(int)sequence - 1].Collection is > 0 and var other && other != place);
    }

    /// <summary>Documents that should be there by the log.</summary>
    public IEnumerable<(string Collection, string Id, long Sequence)> Expected()
    {
        foreach (var subject in lastById.Keys.Select(k => k.ToString()).Concat(lastByText.Keys))
        {
            var seen = new HashSet<int>();
            foreach (var sequence in About(subject))
            {
                var line = lines[(int)sequence - 1];
                if (line.Collection > 0 && seen.Add(line.Collection) && line.HasData)
                {
                    yield return (names[line.Collection - 1], subject, sequence);
                }
            }
        }
    }

    /// <summary>Sequences that match, newest first.</summary>
    public List<long> Find(ActivityQuery query, int count)
    {
        var found = new List<long>();
        int actor = Asked(query.ActorId), action = Asked(query.Action), collection = Asked(query.Collection);
        if (actor < 0 || action < 0 || collection < 0)
        {
            return found;
        }
        long from = query.From?.UtcTicks ?? long.MinValue, until = query.Until?.UtcTicks ?? long.MaxValue;
        for (var at = (int)Math.Min(lines.Count, (query.Before ?? long.MaxValue) - 1); at >= 1 && found.Count < count; at--)
        {
            var line = lines[at - 1];
            if (line.Actor > 0 && (actor == 0 || line.Actor == actor) && (action == 0 || line.Action == action) && (collection == 0 || line.Collection == collection) && line.Ticks >= from && line.Ticks <= until)
            {
                found.Add(at);
            }
        }
        return found;

        int Asked(string? text) => string.IsNullOrEmpty(text) ? 0 : places.GetValueOrDefault(text, -1);
    }

    private int Place(string? text)
    {
        if (text is null)
        {
            return 0;
        }
        if (!places.TryGetValue(text, out var place))
        {
            names.Add(text);
            places.Add(text, place = names.Count);
        }
        return place;
    }

    private readonly record struct Line(long Ticks, int Previous, int Actor, int Action, int Collection, int Version, bool HasData);
}
