namespace IsmsModular.Platform.Approvals;

/// <summary>What differs between two contents, record by record and field by field.</summary>
public sealed record ContentComparison(IReadOnlyList<ContentChange> Changes)
{
    /// <summary>Compares; order of records and fields does not matter.</summary>
    public static ContentComparison Between(IReadOnlyList<ContentSection> before, IReadOnlyList<ContentSection> after)
    {
        var old = before.ToDictionary(s => s.Key, StringComparer.Ordinal);
        var now = after.Select(s => s.Key).ToHashSet(StringComparer.Ordinal);
        List<ContentChange> changes = [];
        foreach (var section in after)
        {
            if (!old.TryGetValue(section.Key, out var was))
                changes.Add(new(section.Title, ContentChangeKind.Added, [.. section.Fields.Where(f => f.Value is not null).Select(f => new FieldChange(f.Label, null, f))]));
            else if (Fields(was, section) is { Count: > 0 } fields)
                changes.Add(new(section.Title, ContentChangeKind.Changed, fields));
        }

        changes.AddRange(before.Where(s => !now.Contains(s.Key)).Select(s => new ContentChange(s.Title, ContentChangeKind.Removed, [.. s.Fields.Where(f => f.Value is not null).Select(f => new FieldChange(f.Label, f, null))])));
        return new(changes);
    }

    private static List<FieldChange> Fields(ContentSection before, ContentSection after)
    {
        var labels = after.Fields.Concat(before.Fields).Select(f => f.Label).Distinct();
        return [.. labels.Select(l => new FieldChange(l, before.Fields.Find(f => f.Label == l), after.Fields.Find(f => f.Label == l))).Where(c => c.Before?.Value != c.After?.Value)
            // A field that was not asked for at the time is no change.
            .Where(c => c.Before is not null || c.After is not { Since: > 1 })];
    }
}

/// <summary>A record that differs.</summary>
public sealed record ContentChange(string Title, ContentChangeKind Kind, IReadOnlyList<FieldChange> Fields);

/// <summary>How a record differs.</summary>
public enum ContentChangeKind
{
    /// <summary>Was not there before.</summary>
    Added,

    /// <summary>Says something else.</summary>
    Changed,

    /// <summary>Is there no more.</summary>
    Removed,
}

/// <summary>A field that differs; a side is <c>null</c> where the field had nothing.</summary>
public sealed record FieldChange(string Label, ContentField? Before, ContentField? After);
