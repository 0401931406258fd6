using System.Globalization;
using System.Text.RegularExpressions;
using FsCheck.Xunit;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Store.Lite;

namespace IsmsModular.Tests.Store;

/// <summary>Whatever is stored, changed and asked, the store answers as a plain evaluation of the same question does.</summary>
public sealed partial class AnyQuestion
{
    private static readonly string?[] Names = ["a", "B", "b 10", "b 9", "B 09", "", null, "A.5.9", "A.5.10", "ä", "server room", "Room 2"];
    private static readonly string[] Fields = ["ref", "name", "colour", "size", "open", "due", "tags"];

    [Property(MaxTest = 250)]
    public async Task Is_answered_as_a_plain_evaluation_does((byte, byte, byte, byte)[] rows, (byte, byte, byte)[] changes, (byte, byte, byte)[] conditions, byte[] sort, byte text, byte size, byte groups)
    {
        using MemoryFile data = new(), log = new();
        using var store = new LiteStore("any", () => (data, log), [Thing.Map], new StandingClock(), "", "");
        var session = store.OpenSession(Actor.System);
        var things = rows.Select(Make).ToList();
        var query = Ask(conditions, sort, text, size);

        // Ask before the last documents and changes come, so that the answers are kept up, not made anew.
        things.Take(things.Count / 2).ToList().ForEach(t => session.Add(t, "thing.add"));
        await session.SaveAsync();
        await CheckAsync(session, things.Take(things.Count / 2), query, groups);
        things.Skip(things.Count / 2).ToList().ForEach(t => session.Add(t, "thing.add"));
        await session.SaveAsync();
        await CheckAsync(session, things, query, groups);
        foreach (var (which, a, b) in things.Count == 0 ? [] : changes)
        {
            var thing = things[which % things.Count];
            if (a % 4 == 0)
            {
                session.Remove(thing, thing.Version, "thing.remove");
                things.Remove(thing);
            }
            else
            {
                var other = Make((a, b, which, a));
                (thing.Name, thing.Colour, thing.Tags) = (other.Name, other.Colour, other.Tags);
                session.Update(thing, thing.Version, "thing.edit");
            }
            await session.SaveAsync();
            if (things.Count == 0)
            {
                break;
            }
        }
        await CheckAsync(session, things, query, groups);
        store.Close();
        await CheckAsync(session, things, query, groups);
    }

    private static async Task CheckAsync(IDocumentSession session, IEnumerable<Thing> things, Query query, byte groups)
    {
        Thing[] expected = [.. Sorted(things.Where(t => query.Conditions.All(c => Holds(t, c)) && Contains(t, query.Text)), query)];
        string[] ids = [.. expected.Select(t => t.Id)];
        Assert.Equal(ids.Length, await session.CountAsync<Thing>(query));

        var forward = new List<string[]>();
        Page<Thing> page;
        for (string? after = null; ; after = page.Next)
        {
            page = await session.QueryAsync<Thing>(query with { After = after });
            Assert.Equal(ids.Length, page.Total);
            forward.Add([.. page.Items.Select(t => t.Id)]);
            Assert.Equal(forward.Count == 1, page.Previous is null);
            if (page.Next is null)
            {
                break;
            }
            Assert.Equal(query.Size, page.Items.Count);
        }
        Assert.Equal(ids, forward.SelectMany(p => p));
        for (var i = forward.Count - 2; i >= 0; i--)
        {
            page = await session.QueryAsync<Thing>(query with { Before = page.Previous });
            Assert.Equal(forward[i], page.Items.Select(t => t.Id));
        }
        Assert.Null(page.Previous);

        var streamed = new List<string>();
        await foreach (var thing in session.StreamAsync<Thing>(query))
        {
            streamed.Add(thing.Id);
        }
        Assert.Equal(ids, streamed);

        string[] by = [.. Enumerable.Range(0, (groups % 3) + 1).Select(i => Fields[(groups + (i * 2)) % Fields.Length]).Distinct()];
        var plain = expected.SelectMany(t => by.Aggregate(Enumerable.Repeat("", 1), (keys, field) => keys.SelectMany(k => Elements(t, field).Select(e => k + "/" + e)))).GroupBy(k => k).Select(g => $"{g.Key}={g.Count()}").Order(StringComparer.Ordinal);
        var grouped = (await session.GroupAsync<Thing>(query, by)).Select(g => string.Concat(g.Values.Select(v => "/" + Shown(v))) + "=" + g.Count).Order(StringComparer.Ordinal);
        Assert.Equal(plain, grouped);
    }

    private static Thing Make((byte A, byte B, byte C, byte D) row) => new()
    {
        Reference = row.A % 5 == 0 ? null : $"T-{row.A % 23}",
        Name = Names[row.B % Names.Length],
        Colour = (row.C % 3) switch { 0 => null, 1 => Colour.DeepRed, _ => Colour.Green },
        Size = row.D % 4 == 0 ? null : row.D % 6,
        Open = row.A % 2 == 0,
        Due = row.B % 3 == 0 ? null : new DateOnly(2026, 1, 1).AddDays(row.C % 40),
        Tags = [.. ((string[])["x", "y", "z"]).Where((_, i) => (row.D >> i) % 2 == 0)],
    };

    private static Query Ask((byte, byte, byte)[] conditions, byte[] sort, byte text, byte size)
    {
        var query = Query.All.Take((size % 7) + 1).Search((string?[])[null, null, "b", "ROOM", "1 b", "."] is var texts ? texts[text % texts.Length] : null);
        foreach (var (kind, a, b) in conditions.Take(size / 7 % 4))
        {
            query = (kind % 9) switch
            {
                0 => query.Where("name", Names[a % Names.Length]),
                1 => query.Where("colour", a % 3 == 0 ? null : a % 3 == 1 ? Colour.Green : "deepRed"),
                2 => query.Where("tags", ((string?[])["x", "y", "z", null])[a % 4]),
                3 => query.WhereIn("name", [Names[a % Names.Length] ?? "q", Names[b % Names.Length] ?? ""]),
                4 => query.WhereNot("tags", a % 2 == 0 ? "x" : null),
                5 => query.WhereBetween("size", a % 3 == 0 ? null : a % 6, b % 3 == 0 ? null : b % 6),
                6 => query.WhereAny(Fields[a % Fields.Length]),
                7 => query.Where("open", a % 2 == 0 ? "true" : "false"),
                _ => query.WhereBetween("due", new DateOnly(2026, 1, 1).AddDays(a % 40), null),
            };
        }
        return query.OrderBy([.. sort.Take(3).Select(s => (s % 2 == 0 ? "-" : "") + Fields[s / 2 % Fields.Length])]);
    }

    private static object? Value(Thing thing, string field) => Thing.Map.Fields[field].Read(thing) switch
    {
        "" => null,
        string[] { Length: 0 } => null,
        var value => value,
    };

    private static IEnumerable<string> Elements(Thing thing, string field) => Value(thing, field) is string[] many ? many : [Shown(Value(thing, field))];

    private static string Shown(object? value) => value switch { null => "-", bool flag => flag ? "true" : "false", decimal number => number.ToString("0.##", CultureInfo.InvariantCulture), _ => value.ToString()! };

    private static bool Holds(Thing thing, Condition condition)
    {
        var value = Value(thing, condition.Field);
        return condition switch
        {
            EqualTo e => Same(value, e.Value),
            NotEqualTo n => !Same(value, n.Value),
            OneOf o => o.Values.Any(v => Same(value, v)),
            NotEmpty => value is not null,
            Between b => value is not null && (b.From is null || Plain(value, b.From) >= 0) && (b.To is null || Plain(value, b.To) <= 0),
            _ => throw new InvalidOperationException(),
        };

        static bool Same(object? held, object? asked) => asked is null or "" ? held is null : held is string[] many ? many.Contains(asked as string) : held is not null && Shown(held) == Shown(asked);
    }

    private static bool Contains(Thing thing, string? text) => (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).All(w => new[] { thing.Reference, thing.Name, thing.Key }.Any(f => f?.Contains(w, StringComparison.OrdinalIgnoreCase) == true));

    private static IEnumerable<Thing> Sorted(IEnumerable<Thing> things, Query query)
    {
        var list = things.ToList();
        list.Sort((x, y) =>
        {
            foreach (var key in query.Sort.Append("ref"))
            {
                object? a = Value(x, key.TrimStart('-')), b = Value(y, key.TrimStart('-'));
                var order = (a, b) switch { (null, null) => 0, (null, _) => 1, (_, null) => -1, _ => key[0] == '-' ? -Plain(a, b) : Plain(a, b) };
                if (order != 0)
                {
                    return order;
                }
            }
            return string.CompareOrdinal(x.Id, y.Id);
        });
        return list;
    }

    /// <summary>Text by its runs: digits as numbers, the rest without case; at last by code units.</summary>
    private static int Plain(object a, object b)
    {
        if (a is decimal x && b is decimal y)
        {
            return x.CompareTo(y);
        }
        if (a is bool p && b is bool q)
        {
            return p.CompareTo(q);
        }
        if (a is string[] many && b is string[] others)
        {
            for (var i = 0; i < Math.Min(many.Length, others.Length); i++)
            {
                if (Plain(many[i], others[i]) is var step and not 0)
                {
                    return step;
                }
            }
            return many.Length - others.Length;
        }
        string[] left = Runs((string)a), right = Runs((string)b);
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var digits = char.IsAsciiDigit(left[i][0]) && char.IsAsciiDigit(right[i][0]);
            if (digits && left[i].Length != right[i].Length)
            {
                return left[i].Length - right[i].Length;
            }
            if (string.CompareOrdinal(left[i], right[i]) is var order and not 0)
            {
                return order;
            }
        }
        return left.Length != right.Length ? left.Length - right.Length : string.CompareOrdinal((string)a, (string)b);
    }

    private static string[] Runs(string text) => [.. Run().Matches(text.ToUpperInvariant()).Select(m => m.Value)];

    [GeneratedRegex("[0-9]+|[^0-9]")]
    private static partial Regex Run();
}
