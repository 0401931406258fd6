using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace IsmsModular.Platform.Store.Lite;

/// <summary>
/// The declared fields of all documents of one collection, held in memory. Answers every question: equality filters pick a bucket of a partition, each bucket
/// is kept sorted in every order that was asked for, so that a page is found by binary search; what remains of the question is checked row by row.
/// </summary>
internal sealed class FieldTable
{
    private const int MaxPartitionFields = 4;
    private const int MaxIncremental = 200;
    private readonly Dictionary<string, int> index = new(StringComparer.Ordinal);
    private readonly string[] keys;
    private readonly Func<Document, object?>[] readers;
    private readonly Dictionary<string, string>?[] pools;
    private readonly int[] textFields;
    private readonly Type?[] kinds;
    private readonly int reference;
    private readonly Dictionary<string, Row> rows = new(StringComparer.Ordinal);
    private readonly List<Partition> partitions = [];
    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);
    private long clock;
    private Partition? whole;

    public FieldTable(DocumentMap map)
    {
        Map = map;
        var fields = map.Fields.Values.ToArray();
        keys = [.. fields.Select(f => f.Key)];
        readers = [.. fields.Select(f => f.Read)];
        pools = new Dictionary<string, string>?[fields.Length];
        kinds = new Type?[fields.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            index.Add(keys[i], i);
            pools[i] = new(StringComparer.Ordinal);
        }
        textFields = [.. fields.Where(f => f.IsText).Select(f => index[f.Key])];
        reference = index.GetValueOrDefault("ref", -1);
        Unique = [.. fields.Where(f => f.IsUnique).Select(f => index[f.Key])];
    }

    public DocumentMap Map { get; }

    /// <summary>Places of the unique fields.</summary>
    public ImmutableArray<int> Unique { get; }

    public int Count => rows.Count;

    public IEnumerable<Row> Rows => rows.Values;

    public string Key(int field) => keys[field];

    public Row? Find(string id) => rows.GetValueOrDefault(id);

    /// <summary>Takes the declared fields of a document; empty text and empty lists count as empty.</summary>
    public Row Project(Document document)
    {
        var values = new object?[readers.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = readers[i](document) switch
            {
                string { Length: 0 } or string[] { Length: 0 } => null,
                string text => Pooled(i, text),
                string[] many => Distinct(i, many),
                var value => value,
            };
            kinds[i] = values[i]?.GetType() ?? kinds[i];
        }
        return new(document.Id, document.Version, values);
    }

    /// <summary>The row that holds a value in a unique field.</summary>
    public Row? Holder(int field, object value) => PartitionOf([field]).Find(new([value]))?.ById[0];

    /// <summary>Takes over what was committed; <c>null</c> for a removed document.</summary>
    public void Apply(IReadOnlyCollection<KeyValuePair<string, Row?>> changes)
    {
        counts.Clear();
        var rebuild = changes.Count > MaxIncremental;
        if (rebuild)
        {
            partitions.Clear();
            whole = null;
        }
        foreach (var (id, row) in changes)
        {
            var before = rows.GetValueOrDefault(id);
            if (row is not null && before is not null && before.Values.AsSpan().SequenceEqual(row.Values, SameValue.Instance))
            {
                before.Version = row.Version;
                continue;
            }
            if (row is null)
            {
                rows.Remove(id);
            }
            else
            {
                rows[id] = row;
            }
            foreach (var partition in partitions)
            {
                partition.Replace(before, row);
            }
        }
    }

    /// <summary>One page of the question.</summary>
    /// <exception cref="ArgumentException">A field is not declared.</exception>
    public RowPage Page(Query query)
    {
        var plan = PlanFor(query);
        var order = OrderOf(query.Sort);
        if (plan.Bucket is not { } bucket)
        {
            return new([], 0, null, null);
        }
        var view = bucket.View(order);
        var size = Math.Clamp(query.Size, 1, 1000);
        var total = CountOf(plan);
        var after = Cursor.Read(query.After, order, this);
        var before = after is null ? Cursor.Read(query.Before, order, this) : null;
        var page = new List<Row>(Math.Min(size, view.Count));
        int first, last;
        if (before is not null)
        {
            var at = order.LowerBound(view, before);
            for (var i = at - 1; i >= 0 && page.Count < size; i--)
            {
                if (plan.Holds(view[i]))
                {
                    page.Add(view[i]);
                }
            }
            page.Reverse();
        }
        else
        {
            var at = after is null ? 0 : order.LowerBound(view, after);
            if (after is not null && at < view.Count && order.Compare(view[at], after) == 0)
            {
                at++;
            }
            for (var i = at; i < view.Count && page.Count < size; i++)
            {
                if (plan.Holds(view[i]))
                {
                    page.Add(view[i]);
                }
            }
        }
        if (page.Count == 0)
        {
            return after is null && before is null ? new([], total, null, null) : Page(query with { After = null, Before = null });
        }
        first = order.LowerBound(view, page[0]);
        last = order.LowerBound(view, page[^1]);
        var more = false;
        for (var i = last + 1; i < view.Count && !more; i++)
        {
            more = plan.Holds(view[i]);
        }
        var earlier = false;
        for (var i = first - 1; i >= 0 && !earlier; i--)
        {
            earlier = plan.Holds(view[i]);
        }
        return new(page, total, more ? Cursor.Write(page[^1], order, this) : null, earlier ? Cursor.Write(page[0], order, this) : null);
    }

    /// <summary>Ids of the whole answer, in order.</summary>
    public List<string> Ids(Query query)
    {
        var plan = PlanFor(query);
        var order = OrderOf(query.Sort);
        return plan.Bucket is { } bucket ? [.. bucket.View(order).Where(plan.Holds).Select(r => r.Id)] : [];
    }

    public long CountOf(Query query) => CountOf(PlanFor(query));

    /// <summary>How many rows for each combination of values.</summary>
    public List<FieldGroup> Group(Query query, IReadOnlyList<string> fields)
    {
        if (fields.Count is < 1 or > 3)
        {
            throw new ArgumentException("Group by one to three fields.", nameof(fields));
        }
        var by = fields.Select(Place).ToArray();
        var plan = PlanFor(query, by);
        var groups = new Dictionary<Values, long>();
        if (Lots(plan, by) is { } lots)
        {
            foreach (var (key, count) in lots)
            {
                groups[key] = groups.GetValueOrDefault(key) + count;
            }
        }
        else if (plan.Bucket is not null)
        {
            foreach (var row in plan.Bucket.ById.Where(plan.Holds))
            {
                foreach (var key in Partition.KeysOf(row, by))
                {
                    groups[key] = groups.GetValueOrDefault(key) + 1;
                }
            }
        }
        return [.. groups.OrderBy(g => g.Key, ValuesOrder.Instance).Select(g => new FieldGroup(g.Key.ToArray(), g.Value))];
    }

    internal int Place(string field) => index.TryGetValue(field, out var place) ? place : throw new ArgumentException($"The field '{field}' is not declared for {Map.Collection}.", nameof(field));

    internal RowOrder OrderOf(ImmutableArray<string> sort)
    {
        var fields = new List<(int Field, bool Down)>();
        foreach (var key in sort.IsDefault ? [] : sort)
        {
            if (key.Length > 0)
            {
                fields.Add(key[0] == '-' ? (Place(key[1..]), true) : (Place(key), false));
            }
        }
        return new([.. fields], reference);
    }

    internal int Width => readers.Length;

    private object Pooled(int field, string text)
    {
        if (pools[field] is not { } pool)
        {
            return text;
        }
        if (pool.TryGetValue(text, out var known))
        {
            return known;
        }
        pool.Add(text, text);
        if (pool.Count > 2000)
        {
            pools[field] = null;
        }
        return text;
    }

    private string[]? Distinct(int field, string[] many)
    {
        string[] distinct = [.. many.Where(m => !string.IsNullOrEmpty(m)).Distinct(StringComparer.Ordinal).Select(m => (string)Pooled(field, m))];
        return distinct.Length == 0 ? null : distinct;
    }

    /// <summary>
    /// How many rows there are for each combination of some fields, taken from a partition whose rows agree in all that is asked, so that the effort is that of
    /// the combinations and not of the rows; <c>null</c> when the question cannot be answered so, or not cheaper.
    /// </summary>
    private IEnumerable<(Values Key, long Count)>? Lots(Plan plan, int[] by)
    {
        if (plan.RestFields is not { } rest || by.Distinct().Count() != by.Length || rest.Any(f => kinds[f] == typeof(string[])))
        {
            return null;
        }
        int[] all = [.. plan.Fields.Concat(rest).Concat(by).Distinct().Order()];
        if (all.Length > MaxPartitionFields || (all.Length > 1 && all.Aggregate(1.0, (product, f) => product * PartitionOf([f]).Buckets.Count) > 1000 + (rows.Count / 4)))
        {
            return null;
        }
        return Found();

        IEnumerable<(Values, long)> Found()
        {
            var fixedAt = plan.Fields.Select(f => Array.IndexOf(all, f)).ToArray();
            var groupAt = by.Select(f => Array.IndexOf(all, f)).ToArray();
            foreach (var (key, bucket) in PartitionOf(all).Buckets)
            {
                var matches = true;
                for (var i = 0; i < fixedAt.Length && matches; i++)
                {
                    matches = Equals(key[fixedAt[i]], plan.Key[i]);
                }
                if (matches && plan.Holds(bucket.ById[0]))
                {
                    yield return (new([.. groupAt.Select(i => key[i])]), bucket.ById.Count);
                }
            }
        }
    }

    private long CountOf(Plan plan)
    {
        if (plan.Bucket is not { } bucket)
        {
            return 0;
        }
        if (plan.Rest.Length == 0)
        {
            return bucket.ById.Count;
        }
        if (counts.TryGetValue(plan.Name, out var known))
        {
            return known;
        }
        long count = 0;
        if (Lots(plan, []) is { } lots)
        {
            count = lots.Sum(l => l.Count);
        }
        else
        {
            foreach (var row in bucket.ById)
            {
                count += plan.Holds(row) ? 1 : 0;
            }
        }
        if (counts.Count > 200)
        {
            counts.Clear();
        }
        return counts[plan.Name] = count;
    }

    private Plan PlanFor(Query query, int[]? grouped = null)
    {
        var equal = new SortedDictionary<int, object?>();
        var rest = new List<Func<Row, bool>>();
        var restFields = new HashSet<int>();
        var name = new StringBuilder();
        foreach (var condition in query.Conditions.IsDefault ? [] : query.Conditions)
        {
            var field = Place(condition.Field);
            var simple = condition switch
            {
                EqualTo e => (true, e.Value),
                OneOf { Values.Length: 1 } one => (true, one.Values[0]),
                _ => (false, null),
            };
            if (simple.Item1 && simple.Item2 is not string[] && equal.Count < MaxPartitionFields && !equal.ContainsKey(field) && grouped?.Contains(field) != true)
            {
                equal.Add(field, Typed(field, simple.Item2));
                continue;
            }
            rest.Add(Check(condition, field, name));
            restFields.Add(field);
        }
        string[] words = (query.Text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        foreach (var word in words)
        {
            Append(name.Append("\u0001text"), word);
            rest.Add(row => textFields.Any(f => row.Values[f] is string text && text.Contains(word, StringComparison.OrdinalIgnoreCase)));
        }
        int[] fields = [.. equal.Keys];
        var key = new Values([.. equal.Values]);
        foreach (var (field, value) in equal)
        {
            Append(name.Append("\u0001=").Append(field), value);
        }
        return new(fields, key, PartitionOf(fields).Find(key), [.. rest], words.Length == 0 ? restFields : null, name.ToString());
    }

    /// <summary>A value as the field holds it: an address gives numbers and flags as text.</summary>
    private object? Typed(int field, object? value) => value switch
    {
        "" => null,
        string text when kinds[field] == typeof(decimal) && decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) => number,
        "true" or "false" when kinds[field] == typeof(bool) => value is "true",
        _ => value,
    };

    private static Func<Row, bool> Check(Condition condition, int field, StringBuilder name)
    {
        name.Append('\u0001').Append(condition.GetType().Name).Append(field);
        switch (condition)
        {
            case EqualTo e:
                Append(name, e.Value);
                return row => Matches(row.Values[field], e.Value);
            case NotEqualTo n:
                Append(name, n.Value);
                return row => !Matches(row.Values[field], n.Value);
            case OneOf o:
                foreach (var value in o.Values)
                {
                    Append(name, value);
                }
                var values = o.Values.ToHashSet(StringComparer.Ordinal);
                return row => row.Values[field] switch
                {
                    string text => values.Contains(text),
                    string[] many => many.Any(values.Contains),
                    bool or decimal => values.Contains(Text(row.Values[field]!)),
                    _ => values.Contains(""),
                };
            case NotEmpty:
                return row => row.Values[field] is not null;
            case Between b:
                Append(Append(name, b.From), b.To);
                return row => row.Values[field] switch
                {
                    null => false,
                    string[] many => many.Any(m => Within(m, b)),
                    var value => Within(value, b),
                };
            default:
                throw new ArgumentException($"Unknown condition {condition.GetType().Name}.", nameof(condition));
        }

        static bool Within(object value, Between b) =>
            (b.From is null || (b.From.GetType() == value.GetType() && ValueOrder.Compare(value, b.From) >= 0))
            && (b.To is null || (b.To.GetType() == value.GetType() && ValueOrder.Compare(value, b.To) <= 0));
    }

    private static bool Matches(object? held, object? asked) => asked switch
    {
        null or "" => held is null,
        string text => held switch
        {
            string value => value == text,
            string[] many => Array.IndexOf(many, text) >= 0,
            bool or decimal => Text(held) == text,
            _ => false,
        },
        string[] many => many.Length == 0 ? held is null : many.All(m => Matches(held, m)),
        _ => Equals(held, asked),
    };

    /// <summary>How a number or a flag is written in an address.</summary>
    private static string Text(object value) => value is bool flag ? (flag ? "true" : "false") : ((decimal)value).ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>Adds a value to the name of a plan. Texts go with their length: what somebody typed never reads like another part of a name.</summary>
    private static StringBuilder Append(StringBuilder name, object? value) => value switch
    {
        null => name.Append("\u0002-"),
        string[] many => many.Aggregate(name.Append("\u0002m").Append(many.Length), Append),
        string text => name.Append("\u0002s").Append(text.Length).Append(':').Append(text),
        _ => name.Append('\u0002').Append(Text(value)),
    };

    private Partition PartitionOf(int[] fields)
    {
        if (whole is null)
        {
            whole = new([], 0);
            partitions.Add(whole);
            foreach (var row in rows.Values.OrderBy(r => r.Id, StringComparer.Ordinal))
            {
                whole.Append(row);
            }
        }
        clock++;
        if (fields.Length == 0)
        {
            return whole;
        }
        foreach (var known in partitions)
        {
            if (known.Fields.AsSpan().SequenceEqual(fields))
            {
                known.Used = clock;
                return known;
            }
        }
        var allowance = Math.Max(200_000, 16L * rows.Count);
        while (partitions.Count > 1 && (partitions.Sum(p => p.Held) > allowance || partitions.Count > 40))
        {
            partitions.Remove(partitions.Where(p => p != whole).MinBy(p => p.Used)!);
        }
        var partition = new Partition(fields, clock);
        foreach (var row in whole.Find(Values.None)?.ById ?? [])
        {
            partition.Append(row);
        }
        partitions.Add(partition);
        return partition;
    }

    /// <summary>A question made ready: fields and values that pick the bucket, what is left to check, and the fields which that looks at (<c>null</c> when it is text).</summary>
    private sealed record Plan(int[] Fields, Values Key, Bucket? Bucket, Func<Row, bool>[] Rest, IReadOnlySet<int>? RestFields, string Name)
    {
        public bool Holds(Row row)
        {
            foreach (var check in Rest)
            {
                if (!check(row))
                {
                    return false;
                }
            }
            return true;
        }
    }

    private sealed class SameValue : IEqualityComparer<object?>
    {
        public static SameValue Instance { get; } = new();

        public new bool Equals(object? a, object? b) => a is string[] x && b is string[] y ? x.AsSpan().SequenceEqual(y) : object.Equals(a, b);

        public int GetHashCode(object? value) => value?.GetHashCode() ?? 0;
    }
}
