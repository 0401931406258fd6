using System.Text.Json;

namespace IsmsModular.Platform.Store;

/// <summary>A form for a new record that is sent twice, by a double click or by going back: the second time it says what is stored under its id already, and is done.</summary>
public sealed class SentTwice
{
    private readonly string? before;

    private SentTwice(string? before) => this.before = before;

    /// <summary>Looks at the record before the form is written into it.</summary>
    /// <param name="stored">The record under the form's id; <c>null</c> when there is none yet.</param>
    /// <param name="seen">Version that the form carries: 0 for a new record.</param>
    public static SentTwice Before(Document? stored, long seen) => new(stored is not null && seen == 0 ? Text(stored) : null);

    /// <summary>Whether the form changed nothing.</summary>
    public bool Is(Document now) => before is not null && before == Text(now);

    private static string Text(Document document) => JsonSerializer.Serialize(document, document.GetType(), StoreJson.Options);
}
