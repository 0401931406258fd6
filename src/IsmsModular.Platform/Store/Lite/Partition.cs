namespace IsmsModular.Platform.Store.Lite;

/// <summary>The rows of a table apart by the values of some fields: one bucket for each combination.</summary>
internal sealed class Partition(int[] fields, long used)
{
    public int[] Fields => fields;

    public Dictionary<Values, Bucket> Buckets { get; } = [];

    public long Used { get; set; } = used;

    /// <summary>How many places it takes in memory, about.</summary>
    public long Held => Buckets.Values.Sum(b => b.Held) + (8L * Buckets.Count);

    public Bucket? Find(Values key) => Buckets.GetValueOrDefault(key);

    public void Append(Row row)
    {
        if (fields.Length == 1 && row.Values[fields[0]] is not string[])
        {
            BucketOf(new([row.Values[fields[0]]])).ById.Add(row);
            return;
        }
        foreach (var key in KeysOf(row, fields))
        {
            BucketOf(key).ById.Add(row);
        }
    }

    public void Replace(Row? before, Row? after)
    {
        if (before is not null)
        {
            foreach (var key in KeysOf(before, fields))
            {
                var bucket = Buckets[key];
                bucket.Remove(before);
                if (bucket.ById.Count == 0)
                {
                    Buckets.Remove(key);
                }
            }
        }
        if (after is not null)
        {
            foreach (var key in KeysOf(after, fields))
            {
                BucketOf(key).Insert(after);
            }
        }
    }

    /// <summary>Values under which a row is filed; a list field files it under each element.</summary>
    public static IReadOnlyList<Values> KeysOf(Row row, int[] fields)
    {
        var first = new object?[fields.Length];
        var list = -1;
        for (var i = 0; i < fields.Length; i++)
        {
            first[i] = row.Values[fields[i]];
            list = first[i] is string[] ? i : list;
        }
        if (list < 0)
        {
            return [new(first)];
        }
        List<object?[]> found = [first];
        for (var i = 0; i <= list; i++)
        {
            if (first[i] is string[] many)
            {
                var place = i;
                found = [.. found.SelectMany(f => many.Select(m => With(f, place, m)))];
            }
        }
        return [.. found.Select(f => new Values(f))];

        static object?[] With(object?[] from, int place, object value)
        {
            object?[] copy = [.. from];
            copy[place] = value;
            return copy;
        }
    }

    private Bucket BucketOf(Values key)
    {
        if (!Buckets.TryGetValue(key, out var bucket))
        {
            Buckets.Add(key, bucket = new());
        }
        return bucket;
    }
}

/// <summary>Rows that agree in some fields, sorted by id and in every order that was asked for.</summary>
internal sealed class Bucket
{
    private const int MaxViews = 8;
    private List<(RowOrder Order, List<Row> Rows)>? views;

    public List<Row> ById { get; } = new(1);

    public long Held => ById.Count * (1L + (views?.Count ?? 0));

    public List<Row> View(RowOrder order)
    {
        views ??= [];
        for (var i = views.Count - 1; i >= 0; i--)
        {
            if (views[i].Order.Equals(order))
            {
                var found = views[i];
                views.RemoveAt(i);
                views.Add(found);
                return found.Rows;
            }
        }
        if (views.Count >= MaxViews)
        {
            views.RemoveAt(0);
        }
        var rows = new List<Row>(ById);
        rows.Sort(order);
        views.Add((order, rows));
        return rows;
    }

    public void Insert(Row row)
    {
        Insert(ById, row, RowOrder.Id);
        foreach (var (order, rows) in views ?? [])
        {
            Insert(rows, row, order);
        }
    }

    public void Remove(Row row)
    {
        Remove(ById, row, RowOrder.Id);
        foreach (var (order, rows) in views ?? [])
        {
            Remove(rows, row, order);
        }
    }

    private static void Insert(List<Row> rows, Row row, RowOrder order) => rows.Insert(order.LowerBound(rows, row), row);

    private static void Remove(List<Row> rows, Row row, RowOrder order)
    {
        var at = order.LowerBound(rows, row);
        if (at >= rows.Count || rows[at].Id != row.Id)
        {
            throw new InvalidOperationException($"The fields held in memory do not agree about {row.Id}.");
        }
        rows.RemoveAt(at);
    }
}

/// <summary>Up to four field values as a key.</summary>
internal readonly struct Values : IEquatable<Values>
{
    private readonly object?[] values;

    public Values(object?[] values) => this.values = values;

    public static Values None { get; } = new([]);

    public object? this[int place] => values[place];

    public object?[] ToArray() => values;

    public bool Equals(Values other)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!Equals(values[i], other.values[i]))
            {
                return false;
            }
        }
        return values.Length == other.values.Length;
    }

    public override bool Equals(object? obj) => obj is Values other && Equals(other);

    public override int GetHashCode()
    {
        var hash = 17;
        foreach (var value in values)
        {
            hash = (hash * 31) + (value?.GetHashCode() ?? 0);
        }
        return hash;
    }
}

internal sealed class ValuesOrder : IComparer<Values>
{
    public static ValuesOrder Instance { get; } = new();

    public int Compare(Values x, Values y)
    {
        object?[] a = x.ToArray(), b = y.ToArray();
        for (var i = 0; i < a.Length; i++)
        {
            if (ValueOrder.Compare(a[i], b[i]) is var order and not 0)
            {
                return order;
            }
        }
        return 0;
    }
}

/// <summary>Sort keys, then the reference, then the id. Empty values come last, both ways.</summary>
internal sealed class RowOrder((int Field, bool Down)[] fields, int reference) : IComparer<Row>, IEquatable<RowOrder>
{
    public static RowOrder Id { get; } = new([], -1);

    public (int Field, bool Down)[] Fields => fields;

    public int Reference => reference;

    public int Compare(Row? x, Row? y)
    {
        foreach (var (field, down) in fields)
        {
            object? a = x!.Values[field], b = y!.Values[field];
            if (ReferenceEquals(a, b))
            {
                continue;
            }
            if (ValueOrder.Compare(a, b) is var order and not 0)
            {
                return down && a is not null && b is not null ? -order : order;
            }
        }
        if (reference >= 0 && ValueOrder.Compare(x!.Values[reference], y!.Values[reference]) is var byReference and not 0)
        {
            return byReference;
        }
        return string.CompareOrdinal(x!.Id, y!.Id);
    }

    /// <summary>Place of the first row that does not come before the given one.</summary>
    public int LowerBound(List<Row> view, Row row)
    {
        int low = 0, high = view.Count;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (Compare(view[middle], row) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    public bool Equals(RowOrder? other) => other is not null && other.Reference == reference && other.Fields.AsSpan().SequenceEqual(fields);

    public override bool Equals(object? obj) => Equals(obj as RowOrder);

    public override int GetHashCode() => fields.Length;
}
