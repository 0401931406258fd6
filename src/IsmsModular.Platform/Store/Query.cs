using System.Collections.Immutable;

namespace IsmsModular.Platform.Store;

/// <summary>A question over the declared fields of one collection. Immutable; build it fluently.</summary>
public sealed record Query
{
    /// <summary>Everything, in the default order.</summary>
    public static Query All { get; } = new();

    /// <summary>Conditions that must all hold.</summary>
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    /// <summary>Words that must all occur in some text field; <c>null</c> for none.</summary>
    public string? Text { get; init; }

    /// <summary>Sort keys: field, or <c>-field</c> for descending. Ties end in the field <c>ref</c> where declared, then the id. Nulls sort last, both ways.</summary>
    public ImmutableArray<string> Sort { get; init; } = [];

    /// <summary>Cursor of a page: what comes after it.</summary>
    public string? After { get; init; }

    /// <summary>Cursor of a page: what comes before it.</summary>
    public string? Before { get; init; }

    /// <summary>Rows of a page, 1 to 1000.</summary>
    public int Size { get; init; } = 50;

    /// <summary>Adds: the field equals the value (<c>null</c>: is empty; a list field: contains it).</summary>
    public Query Where(string field, object? value) => this with { Conditions = Conditions.Add(new EqualTo(field, FieldValue.Normalise(value))) };

    /// <summary>Adds: the field is one of the values.</summary>
    public Query WhereIn(string field, IEnumerable<string> values) => this with { Conditions = Conditions.Add(new OneOf(field, [.. values])) };

    /// <summary>Adds: the field is not empty.</summary>
    public Query WhereAny(string field) => this with { Conditions = Conditions.Add(new NotEmpty(field)) };

    /// <summary>Adds: the field is not the value.</summary>
    public Query WhereNot(string field, object? value) => this with { Conditions = Conditions.Add(new NotEqualTo(field, FieldValue.Normalise(value))) };

    /// <summary>Adds: from (inclusive) to (inclusive); <c>null</c> leaves a side open.</summary>
    public Query WhereBetween(string field, object? from, object? to) => this with { Conditions = Conditions.Add(new Between(field, FieldValue.Normalise(from), FieldValue.Normalise(to))) };

    /// <summary>Adds free text.</summary>
    public Query Search(string? text) => this with { Text = string.IsNullOrWhiteSpace(text) ? null : text.Trim() };

    /// <summary>Sets the order.</summary>
    public Query OrderBy(params string[] sort) => this with { Sort = [.. sort] };

    /// <summary>Sets the page size.</summary>
    public Query Take(int size) => this with { Size = size };
}

/// <summary>A condition on one field.</summary>
public abstract record Condition(string Field);

/// <summary>Equals, or is empty when the value is <c>null</c>, or contains for list fields.</summary>
public sealed record EqualTo(string Field, object? Value) : Condition(Field);

/// <summary>Differs from the value.</summary>
public sealed record NotEqualTo(string Field, object? Value) : Condition(Field);

/// <summary>Is one of the values.</summary>
public sealed record OneOf(string Field, ImmutableArray<string> Values) : Condition(Field);

/// <summary>Has a value.</summary>
public sealed record NotEmpty(string Field) : Condition(Field);

/// <summary>Lies between, both ends included.</summary>
public sealed record Between(string Field, object? From, object? To) : Condition(Field);

/// <summary>One page of an answer.</summary>
/// <param name="Items">Rows in order.</param>
/// <param name="Total">How many rows the question has in all.</param>
/// <param name="Next">Cursor for the page after, or <c>null</c>.</param>
/// <param name="Previous">Cursor for the page before, or <c>null</c>.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long Total, string? Next, string? Previous);

/// <summary>How many documents share the same values of the grouping fields.</summary>
public sealed record FieldGroup(IReadOnlyList<object?> Values, long Count);
