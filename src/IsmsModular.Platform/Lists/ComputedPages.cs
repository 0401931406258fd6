using System.Globalization;
using IsmsModular.Platform.Store;

namespace IsmsModular.Platform.Lists;

/// <summary>Pages of a list that was computed and lies in memory, with the same addresses as lists of the store.</summary>
public static class ComputedPages
{
    /// <summary>The page that the address asks for. The cursor is the place of the first row (after), or of the first row that is not shown any more (before).</summary>
    /// <param name="list">State of the list.</param>
    /// <param name="rows">All rows, narrowed and sorted.</param>
    /// <param name="size">Rows of a page.</param>
    public static Page<T> PageOf<T>(this ListState list, IReadOnlyList<T> rows, int size = 50)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var from = Math.Clamp(Place(list.After) ?? (Place(list.Before) ?? 0) - size, 0, Math.Max(0, rows.Count - 1));
        var shown = rows.Skip(from).Take(size).ToList();
        return new(shown, rows.Count, from + size < rows.Count ? Text(from + size) : null, from > 0 ? Text(from) : null);
    }

    private static int? Place(string? cursor) => int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : null;

    private static string Text(int place) => place.ToString(CultureInfo.InvariantCulture);
}
