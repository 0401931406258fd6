namespace IsmsModular.Platform.Web;

/// <summary>One option of a select, a group of radio cards or a list of check boxes.</summary>
/// <param name="Value">What is posted.</param>
/// <param name="Text">Words shown, already in the reader's language.</param>
/// <param name="Group">Heading it stands under, or <c>null</c>.</param>
/// <param name="Hint">A line of explanation, shown with radio cards, or <c>null</c>.</param>
public sealed record Choice(string Value, string Text, string? Group = null, string? Hint = null);

/// <summary>A filter of a list.</summary>
/// <param name="Field">Declared field, posted as <c>f.field</c>.</param>
/// <param name="Label">Words shown.</param>
/// <param name="Choices">Values to choose from; the value <c>-</c> means "is empty".</param>
/// <param name="Offered">Whether the list offers it; else links alone set it, and it only names what narrows the list.</param>
public sealed record ListFilter(string Field, string Label, IReadOnlyList<Choice> Choices, bool Offered = true);
