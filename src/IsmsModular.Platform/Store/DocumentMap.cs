using System.Text.Json.Nodes;

namespace IsmsModular.Platform.Store;

/// <summary>How one type of document is stored: its collection, the fields that may be queried, secrets and upcasters. Registered once per type by its module.</summary>
public abstract class DocumentMap
{
    private readonly Dictionary<string, DeclaredField> fields = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, Func<JsonObject, JsonObject>> upcasters = [];
    private readonly HashSet<string> secrets = new(StringComparer.Ordinal);

    /// <summary>Starts a map.</summary>
    /// <exception cref="ArgumentException">The type holds a <see cref="DateTime"/> somewhere, or the name of the collection does not fit.</exception>
    private protected DocumentMap(Type type, string collection, int schema)
    {
        if (collection.Length is 0 or > 40 || collection.StartsWith("store_", StringComparison.Ordinal) || !collection.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
        {
            throw new ArgumentException($"'{collection}' is no name for a collection: up to 40 of a-z, 0-9 and _, not beginning with store_.", nameof(collection));
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(schema, 1);
        if (DateTimeIn(type, type.Name, []) is { } path)
        {
            throw new ArgumentException($"{path} is a DateTime; take DateTimeOffset or DateOnly.", nameof(type));
        }
        Type = type;
        Collection = collection;
        Schema = schema;
    }

    /// <summary>The document type.</summary>
    public Type Type { get; }

    /// <summary>Name of the collection: <c>module_plural</c>, such as <c>risks_assets</c>.</summary>
    public string Collection { get; }

    /// <summary>Schema version written with each document, from 1.</summary>
    public int Schema { get; }

    /// <summary>Declared fields by key. A query by another field is refused in every engine.</summary>
    public IReadOnlyDictionary<string, DeclaredField> Fields => fields;

    /// <summary>Pure steps that lift a document of the given schema version to the next.</summary>
    public IReadOnlyDictionary<int, Func<JsonObject, JsonObject>> Upcasters => upcasters;

    /// <summary>JSON property names (camel case, top level) that the activity log and exports leave out.</summary>
    public IReadOnlySet<string> Secrets => secrets;

    /// <summary>Takes the SHA-256 of the attachments that a document names, <c>null</c> among them; itself <c>null</c> when such documents name none.</summary>
    public Func<Document, IEnumerable<string?>>? ReadAttachments { get; private protected set; }

    private protected void Add(DeclaredField field) => fields.Add(field.Key, field);

    private protected void AddUpcaster(int from, Func<JsonObject, JsonObject> step) => upcasters.Add(from, step);

    private protected void AddSecret(string property) => secrets.Add(property);

    private static string? DateTimeIn(Type type, string path, HashSet<Type> seen)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(DateTime))
        {
            return path;
        }
        if (!seen.Add(type) || type.IsPrimitive || type.IsEnum)
        {
            return null;
        }
        var parts = type.HasElementType ? [type.GetElementType()!] : type.GetGenericArguments();
        if (parts.Select(p => DateTimeIn(p, path, seen)).FirstOrDefault(p => p is not null) is { } within)
        {
            return within;
        }
        return type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true
            ? null
            : type.GetProperties()
                .Where(p => !p.IsDefined(typeof(System.Text.Json.Serialization.JsonIgnoreAttribute), true))
                .Select(p => DateTimeIn(p.PropertyType, path + "." + p.Name, seen))
                .FirstOrDefault(p => p is not null);
    }
}

/// <summary>A queryable field. Values are <c>string</c>, <c>decimal</c>, <c>bool</c>, <c>null</c>, or <c>string[]</c> (matches when any element matches).</summary>
/// <param name="Key">Name in queries and URLs, such as <c>level</c>.</param>
/// <param name="Read">Takes the value from the document.</param>
/// <param name="IsText">Whether free-text search looks into it.</param>
/// <param name="IsUnique">Whether a second document with the same non-null value is refused.</param>
public sealed record DeclaredField(string Key, Func<Document, object?> Read, bool IsText, bool IsUnique);

/// <summary>Map of one document type, built fluently.</summary>
public sealed class DocumentMap<T>(string collection, int schema = 1) : DocumentMap(typeof(T), collection, schema)
    where T : Document
{
    /// <summary>Declares a field for filters and sorting. Enums become their camel-case names, dates <c>yyyy-MM-dd</c>, moments UTC text, numbers decimal.</summary>
    public DocumentMap<T> Field(string key, Func<T, object?> read)
    {
        Add(new(key, d => FieldValue.Normalise(read((T)d)), false, false));
        return this;
    }

    /// <summary>Declares a text field: filter, sort and free-text search (case-insensitive, ordinal).</summary>
    public DocumentMap<T> Text(string key, Func<T, string?> read)
    {
        Add(new(key, d => read((T)d), true, false));
        return this;
    }

    /// <summary>Declares a field whose non-null values are unique in the collection.</summary>
    public DocumentMap<T> Unique(string key, Func<T, string?> read)
    {
        Add(new(key, d => read((T)d), true, true));
        return this;
    }

    /// <summary>Names a top-level JSON property that the activity log leaves out.</summary>
    public DocumentMap<T> Secret(string jsonProperty)
    {
        AddSecret(jsonProperty);
        return this;
    }

    /// <summary>Says which attachments a document names, by their SHA-256; the check of the store misses those that are not there.</summary>
    public DocumentMap<T> Attachments(Func<T, IEnumerable<string?>> read)
    {
        ReadAttachments = d => read((T)d);
        return this;
    }

    /// <summary>Adds a pure step from schema version <paramref name="from"/> to the next.</summary>
    public DocumentMap<T> Upcast(int from, Func<JsonObject, JsonObject> step)
    {
        AddUpcaster(from, step);
        return this;
    }
}

/// <summary>Canonical form of field values.</summary>
public static class FieldValue
{
    /// <summary>Turns a value into <c>string</c>, <c>decimal</c>, <c>bool</c>, <c>string[]</c> or <c>null</c>.</summary>
    /// <exception cref="ArgumentException">The type cannot be queried; <see cref="DateTime"/> among them.</exception>
    public static object? Normalise(object? value) => value switch
    {
        null or string or bool or decimal or string[] => value,
        Enum e => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(e.ToString()),
        int n => (decimal)n,
        long n => (decimal)n,
        double n => (decimal)Math.Clamp(n, -1e27, 1e27),
        DateOnly d => d.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        DateTimeOffset t => t.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        IEnumerable<string> many => many.ToArray(),
        _ => throw new ArgumentException($"A field cannot hold a {value.GetType().Name}.", nameof(value)),
    };
}
