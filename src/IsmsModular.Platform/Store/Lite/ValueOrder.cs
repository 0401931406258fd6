namespace IsmsModular.Platform.Store.Lite;

/// <summary>
/// Order of field values, the same under every culture: numbers, then false and true, then text, then lists. Text is ordered without regard to case, with runs
/// of digits by their number (<c>A.5.9</c> before <c>A.5.10</c>), and at last by code units.
/// </summary>
internal static class ValueOrder
{
    public static int Compare(object? a, object? b)
    {
        if (ReferenceEquals(a, b))
        {
            return 0;
        }
        return (a, b) switch
        {
            (null, _) => 1,
            (_, null) => -1,
            (string x, string y) => Compare(x, y),
            (decimal x, decimal y) => x.CompareTo(y),
            (bool x, bool y) => x.CompareTo(y),
            (string[] x, string[] y) => CompareLists(x, y),
            _ => Kind(a).CompareTo(Kind(b)),
        };
    }

    public static int Compare(string a, string b)
    {
        int shared = Math.Min(a.Length, b.Length);
        for (var i = a.AsSpan().CommonPrefixLength(b); i < shared; i++)
        {
            char x = char.ToUpperInvariant(a[i]), y = char.ToUpperInvariant(b[i]);
            if (x == y)
            {
                continue;
            }
            var inRun = i > 0 && char.IsAsciiDigit(a[i - 1]) && char.IsAsciiDigit(b[i - 1]);
            if (inRun || (char.IsAsciiDigit(x) && char.IsAsciiDigit(y)))
            {
                int more = Digits(a, i) - Digits(b, i);
                if (more != 0)
                {
                    return more;
                }
            }
            return x - y;
        }
        if (a.Length != b.Length)
        {
            return a.Length - b.Length;
        }
        return string.CompareOrdinal(a, b);
    }

    private static int Digits(string text, int from)
    {
        var i = from;
        while (i < text.Length && char.IsAsciiDigit(text[i]))
        {
            i++;
        }
        return i - from;
    }

    private static int CompareLists(string[] a, string[] b)
    {
        for (var i = 0; i < a.Length && i < b.Length; i++)
        {
            if (Compare(a[i], b[i]) is var order and not 0)
            {
                return order;
            }
        }
        return a.Length - b.Length;
    }

    private static int Kind(object value) => value switch { decimal => 0, bool => 1, string => 2, _ => 3 };
}
