namespace IsmsModular.Platform.Store.Lite;

/// <summary>The declared fields of one stored document.</summary>
internal sealed class Row(string id, long version, object?[] values)
{
    public string Id => id;

    public long Version { get; set; } = version;

    public object?[] Values => values;
}

/// <summary>A page of rows.</summary>
internal readonly record struct RowPage(IReadOnlyList<Row> Rows, long Total, string? Next, string? Previous);
