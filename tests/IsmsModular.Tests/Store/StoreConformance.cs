using System.Text;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;

namespace IsmsModular.Tests.Store;

/// <summary>What every engine must do. An engine's class derives from it and opens stores.</summary>
public abstract class StoreConformance
{
    private static readonly Actor Aina = new("01AINA", "Aina");

    private protected StandingClock Clock { get; } = new();

    private protected abstract IDocumentStore Store { get; }

    /// <summary>Closes the store and opens what it left.</summary>
    private protected abstract void Reopen();

    private IDocumentSession Open() => Store.OpenSession(Aina);

    private async Task<Thing> AddAsync(Thing thing)
    {
        var session = Open();
        session.Add(thing, "thing.add");
        Assert.True((await session.SaveAsync()).Succeeded);
        return thing;
    }

    private async Task<string[]> NamesAsync(Query query) => [.. (await Open().QueryAsync<Thing>(query)).Items.Select(t => t.Name!)];

    [Fact]
    public async Task A_document_comes_back_as_it_was_saved()
    {
        var thing = await AddAsync(new()
        {
            Reference = "T-1",
            Name = "  Ünïcode \U0001F600 \t\r\n\"quoted\" <b>\\ ",
            Colour = Colour.DeepRed,
            Size = 1.50m,
            Open = true,
            Due = new(2026, 2, 28),
            Seen = new(2026, 3, 1, 23, 59, 59, 999, TimeSpan.FromHours(8)),
            Tags = ["b", "a"],
            Notes = { ["Key"] = "1", ["key"] = "2" },
            Extra = new() { ["n"] = 1, ["list"] = new JsonArray(1, "x", null) },
        });
        Reopen();
        var found = await Open().FindAsync<Thing>(thing.Id);
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(thing, StoreJson.Options), System.Text.Json.JsonSerializer.Serialize(found, StoreJson.Options));
        Assert.Equal(1, found!.Version);
        Assert.Equal("1.50", found.Size!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(thing.Seen!.Value.Offset, found.Seen!.Value.Offset);
    }

    [Fact]
    public async Task Nothing_is_found_under_an_unknown_or_empty_id()
    {
        Assert.Null(await Open().FindAsync<Thing>(Document.NewId()));
        Assert.Null(await Open().FindAsync<Thing>(null));
        Assert.Null(await Open().FindAsync<Thing>("'; drop"));
    }

    [Fact]
    public async Task Many_are_found_by_id_and_the_missing_left_out()
    {
        var a = await AddAsync(new() { Name = "a" });
        var b = await AddAsync(new() { Name = "b" });
        var found = await Open().FindManyAsync<Thing>([a.Id, Document.NewId(), b.Id, a.Id, ""]);
        Assert.Equal(2, found.Count);
        Assert.Equal("b", found[b.Id].Name);
    }

    [Fact]
    public async Task A_save_is_all_or_nothing()
    {
        var there = await AddAsync(new() { Name = "there" });
        var session = Open();
        session.Add(new Thing { Name = "new" }, "thing.add");
        session.Update(there, 7, "thing.edit");
        session.Increment("counter", 3);
        var result = await session.SaveAsync();
        Assert.Equal(ErrorKind.Conflict, Assert.Single(result.Errors).Kind);
        Assert.Equal(1, await Open().CountAsync<Thing>(Query.All));
        Assert.Equal(0, await Open().CounterAsync("counter"));
        Assert.Equal(1, (await Open().HeadAsync()).Sequence);
    }

    [Fact]
    public async Task A_stale_version_is_a_conflict_that_shows_what_is_stored()
    {
        var thing = await AddAsync(new() { Name = "first" });
        var mine = (await Open().FindAsync<Thing>(thing.Id))!;
        mine.Name = "mine";
        var session = Open();
        session.Update(mine, 1, "thing.edit");
        Assert.True((await session.SaveAsync()).Succeeded);
        Assert.Equal(2, mine.Version);

        thing.Name = "yours";
        session.Update(thing, 1, "thing.edit");
        var error = Assert.Single((await session.SaveAsync()).Errors);
        Assert.Equal("mine", Assert.IsType<Thing>(error.Stored).Name);
        Assert.Equal(2, ((Thing)error.Stored).Version);
    }

    [Fact]
    public async Task A_second_add_under_one_id_shows_the_first()
    {
        var thing = await AddAsync(new() { Name = "first" });
        var session = Open();
        session.Add(new Thing { Id = thing.Id, Name = "again" }, "thing.add");
        var error = Assert.Single((await session.SaveAsync()).Errors);
        Assert.Equal(("error.exists", "first"), (error.Message, ((Thing)error.Stored!).Name));
    }

    [Fact]
    public async Task An_id_stays_with_the_collection_that_had_it_first()
    {
        var thing = await AddAsync(new() { Name = "first" });
        var session = Open();
        session.Add(new Other { Id = thing.Id }, "other.add");
        Assert.Equal((ErrorKind.Conflict, "error.exists"), (await session.SaveAsync()).Errors.Select(e => (e.Kind, e.Message)).Single());

        session = Open();
        session.Remove(thing, 1, "thing.remove");
        Assert.True((await session.SaveAsync()).Succeeded);
        Reopen();
        session = Open();
        session.Add(new Other { Id = thing.Id }, "other.add");
        Assert.Equal("error.exists", Assert.Single((await session.SaveAsync()).Errors).Message);
        Assert.Equal(["thing.remove", "thing.add"], (await Open().HistoryAsync(thing.Id)).Select(h => h.Action));
    }

    [Fact]
    public async Task What_was_removed_and_added_again_under_its_id_reads_as_the_new_one()
    {
        var first = await AddAsync(new() { Name = "first" });
        Assert.Equal("first", (await Open().FindAsync<Thing>(first.Id))!.Name);
        var session = Open();
        session.Remove(first, 1, "thing.remove");
        Assert.True((await session.SaveAsync()).Succeeded);
        await AddAsync(new() { Id = first.Id, Name = "second" });
        Assert.Equal("second", (await Open().FindAsync<Thing>(first.Id))!.Name);
    }

    [Fact]
    public async Task What_was_removed_is_gone_and_stays_in_the_log()
    {
        var thing = await AddAsync(new() { Name = "x" });
        var session = Open();
        session.Remove(thing, 1, "thing.remove", "not needed");
        Assert.True((await session.SaveAsync()).Succeeded);
        Assert.Null(await session.FindAsync<Thing>(thing.Id));
        Assert.Equal(0, await session.CountAsync<Thing>(Query.All));
        var history = await session.HistoryAsync(thing.Id);
        Assert.Equal(["thing.remove", "thing.add"], history.Select(h => h.Action));
        Assert.Null(history[0].Data);
        Assert.Equal("not needed", history[0].Reason);
        session.Update(thing, 1, "thing.edit");
        Assert.Equal("error.gone", Assert.Single((await session.SaveAsync()).Errors).Message);
    }

    [Fact]
    public async Task One_save_may_add_and_change_the_same_document()
    {
        var thing = new Thing { Name = "a" };
        var session = Open();
        session.Add(thing, "thing.add");
        session.Update(thing, 0, "thing.approve");
        Assert.True((await session.SaveAsync()).Succeeded);
        Assert.Equal(2, (await session.FindAsync<Thing>(thing.Id))!.Version);
        Assert.Equal(2, (await session.HistoryAsync(thing.Id)).Count);
        Assert.True((await Store.VerifyAsync(default)).Sound);
    }

    [Fact]
    public async Task A_guarded_document_that_changed_refuses_the_save()
    {
        var read = await AddAsync(new() { Name = "read" });
        var seen = (await Open().FindAsync<Thing>(read.Id))!;
        var other = Open();
        other.Update(read, 1, "thing.edit");
        await other.SaveAsync();
        var session = Open();
        session.Guard(seen);
        session.Add(new Thing { Name = "depends" }, "thing.add");
        Assert.Equal(ErrorKind.Conflict, Assert.Single((await session.SaveAsync()).Errors).Kind);
        session.Guard((await session.FindAsync<Thing>(read.Id))!);
        session.Add(new Thing { Name = "depends" }, "thing.add");
        Assert.True((await session.SaveAsync()).Succeeded);
    }

    [Fact]
    public async Task A_unique_value_is_taken_once_and_free_again_after_a_change()
    {
        var first = await AddAsync(new() { Name = "one", Key = "K" });
        await AddAsync(new() { Name = "none" });
        await AddAsync(new() { Name = "none either" });
        var session = Open();
        session.Add(new Thing { Key = "K" }, "thing.add");
        var error = Assert.Single((await session.SaveAsync()).Errors);
        Assert.Equal(("error.taken", "key", "one"), (error.Message, error.Field, ((Thing)error.Stored!).Name));
        session.Add(new Thing { Key = "L" }, "thing.add");
        session.Add(new Thing { Key = "L" }, "thing.add");
        Assert.False((await session.SaveAsync()).Succeeded);
        first.Key = "M";
        session.Update(first, 1, "thing.edit");
        session.Add(new Thing { Key = "K" }, "thing.add");
        Assert.True((await session.SaveAsync()).Succeeded);
        Assert.Equal(1, await session.CountAsync<Thing>(Query.All.Where("key", "K")));
    }

    [Fact]
    public async Task Numbers_are_given_in_the_save_and_without_gaps()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            var session = Open();
            var thing = new Thing { Key = i % 4 == 3 ? "same" : null };
            session.Next("THING", n => thing.Reference = $"THING-{n:0000}");
            session.Increment("sum", i);
            session.Add(thing, "thing.add");
            await session.SaveAsync();
        }));
        var things = (await Open().QueryAsync<Thing>(Query.All.Take(100))).Items;
        Assert.Equal(31, things.Count);
        Assert.Equal(Enumerable.Range(1, 31).Select(n => $"THING-{n:0000}"), things.Select(t => t.Reference));
        Assert.Equal(31, await Open().CounterAsync("THING"));
        Reopen();
        Assert.Equal(31, await Open().CounterAsync("THING"));
    }

    [Fact]
    public async Task Equal_filters_find_text_numbers_flags_dates_and_lists()
    {
        await AddAsync(new() { Name = "a", Colour = Colour.DeepRed, Size = 1.0m, Open = true, Due = new(2026, 1, 2), Tags = ["x", "y"] });
        await AddAsync(new() { Name = "b", Colour = Colour.Green, Size = 2, Tags = ["y"] });
        await AddAsync(new() { Name = "c" });
        Assert.Equal(["a"], await NamesAsync(Query.All.Where("colour", Colour.DeepRed)));
        Assert.Equal(["a"], await NamesAsync(Query.All.Where("colour", "deepRed")));
        Assert.Equal(["a"], await NamesAsync(Query.All.Where("size", 1)));
        Assert.Equal(["b"], await NamesAsync(Query.All.Where("size", "2")));
        Assert.Equal(["a"], await NamesAsync(Query.All.Where("open", "true")));
        Assert.Equal(["a"], await NamesAsync(Query.All.Where("due", new DateOnly(2026, 1, 2))));
        Assert.Equal(["a", "b"], await NamesAsync(Query.All.Where("tags", "y").OrderBy("name")));
        Assert.Equal(["a"], await NamesAsync(Query.All.Where("tags", "y").Where("tags", "x")));
        Assert.Equal(["c"], await NamesAsync(Query.All.Where("tags", null)));
        Assert.Equal(["c"], await NamesAsync(Query.All.Where("colour", "")));
        Assert.Empty(await NamesAsync(Query.All.Where("name", "A")));
        Reopen();
        Assert.Equal(["a", "b"], await NamesAsync(Query.All.Where("tags", "y").OrderBy("name")));
        Assert.Equal(["b"], await NamesAsync(Query.All.Where("size", "2")));
    }

    [Fact]
    public async Task The_other_conditions_and_text_narrow_further()
    {
        await AddAsync(new() { Name = "Server Room", Size = 1, Tags = ["x"] });
        await AddAsync(new() { Name = "server 10", Size = 5, Key = "ROOM" });
        await AddAsync(new() { Name = "Laptop", Size = null, Tags = ["z", "x"] });
        Assert.Equal(["server 10"], await NamesAsync(Query.All.WhereBetween("size", 2, null)));
        Assert.Equal(["Server Room"], await NamesAsync(Query.All.WhereBetween("size", 0, 1)));
        Assert.Equal(["Laptop", "server 10"], await NamesAsync(Query.All.WhereNot("size", 1).OrderBy("name")));
        Assert.Equal(["Laptop", "Server Room"], await NamesAsync(Query.All.WhereIn("tags", ["x"]).OrderBy("name")));
        Assert.Equal(["Laptop"], await NamesAsync(Query.All.WhereIn("tags", ["z", "q"])));
        Assert.Empty(await NamesAsync(Query.All.WhereIn("tags", [])));
        Assert.Equal(["Laptop", "Server Room"], await NamesAsync(Query.All.WhereAny("tags").OrderBy("name")));
        Assert.Equal(["Server Room", "server 10"], await NamesAsync(Query.All.Search(" ROOM  server ").OrderBy("-name")));
        Assert.Equal(1, await Open().CountAsync<Thing>(Query.All.Search("laptop").WhereAny("tags")));

        // What somebody types never passes for another filter, not even when a count is remembered.
        Assert.Equal(0, await Open().CountAsync<Thing>(Query.All.Search("laptop\u0001=0\u0002snone")));
        Assert.Equal(await Open().CountAsync<Thing>(Query.All.Search("laptop")), (await Open().QueryAsync<Thing>(Query.All.Search("laptop").Take(100))).Items.Count);
    }

    [Fact]
    public async Task Order_is_natural_without_case_and_empty_comes_last_both_ways()
    {
        foreach (var name in (string?[])["A.5.10", "b", "A.5.9", null, "a", "B"])
        {
            await AddAsync(new() { Name = name, Reference = name ?? "none" });
        }
        async Task<string?[]> References(string sort) => [.. (await Open().QueryAsync<Thing>(Query.All.OrderBy(sort))).Items.Select(t => t.Reference)];
        Assert.Equal(["a", "A.5.9", "A.5.10", "B", "b", "none"], await References("name"));
        Assert.Equal(["b", "B", "A.5.10", "A.5.9", "a", "none"], await References("-name"));
    }

    [Fact]
    public async Task Pages_lead_forward_and_back()
    {
        for (var i = 1; i <= 7; i++)
        {
            await AddAsync(new() { Name = $"n{i}", Colour = i == 4 ? null : Colour.Green, Size = i / 3 });
        }
        var query = Query.All.Where("colour", Colour.Green).OrderBy("-size").Take(2);
        var first = await Open().QueryAsync<Thing>(query);
        Assert.Equal(6, first.Total);
        Assert.Null(first.Previous);
        var second = await Open().QueryAsync<Thing>(query with { After = first.Next });
        var third = await Open().QueryAsync<Thing>(query with { After = second.Next });
        Assert.Equal(["n6", "n7", "n3", "n5", "n1", "n2"], first.Items.Concat(second.Items).Concat(third.Items).Select(t => t.Name));
        Assert.Null(third.Next);
        var back = await Open().QueryAsync<Thing>(query with { Before = third.Previous });
        Assert.Equal(second.Items.Select(t => t.Id), back.Items.Select(t => t.Id));
        Assert.Equal((second.Next, second.Previous), (back.Next, back.Previous));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("W10")]
    [InlineData("%%%")]
    public async Task A_foreign_cursor_is_ignored(string cursor)
    {
        await AddAsync(new() { Name = "a" });
        await AddAsync(new() { Name = "b" });
        var other = (await Open().QueryAsync<Thing>(Query.All.OrderBy("size").Take(1))).Next;
        Assert.Equal(["a", "b"], await NamesAsync(Query.All.OrderBy("name") with { After = cursor }));
        Assert.Equal(["a", "b"], await NamesAsync(Query.All.OrderBy("name") with { Before = other }));
    }

    [Fact]
    public async Task An_undeclared_field_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => NamesAsync(Query.All.Where("password", "x")));
        await Assert.ThrowsAsync<ArgumentException>(() => NamesAsync(Query.All.OrderBy("-nothing")));
        await Assert.ThrowsAsync<ArgumentException>(() => Open().CountAsync<Thing>(Query.All.WhereAny("nothing")));
        await Assert.ThrowsAsync<ArgumentException>(() => Open().GroupAsync<Thing>(Query.All, "nothing"));
    }

    [Fact]
    public async Task Groups_count_each_combination_and_each_element_of_a_list()
    {
        var a = await AddAsync(new() { Name = "a", Colour = Colour.Green, Size = 1, Tags = ["x", "y"] });
        await AddAsync(new() { Name = "b", Colour = Colour.Green, Size = 1, Tags = ["x"] });
        await AddAsync(new() { Name = "c", Colour = Colour.DeepRed, Size = 2 });
        async Task<string> Groups(Query query, params string[] fields) => string.Join("; ", (await Open().GroupAsync<Thing>(query, fields)).Select(g => string.Join(",", g.Values.Select(v => v ?? "-")) + "=" + g.Count));
        Assert.Equal("x=2; y=1; -=1", await Groups(Query.All, "tags"));
        Assert.Equal("deepRed,2=1; green,1=2", await Groups(Query.All, "colour", "size"));
        Assert.Equal("x=2; y=1", await Groups(Query.All.Where("colour", Colour.Green), "tags"));
        Assert.Equal("x=1; y=1", await Groups(Query.All.Where("tags", "y"), "tags"));
        Assert.Equal("2=1", await Groups(Query.All.Search("C"), "size"));
        a.Tags = ["z"];
        var session = Open();
        session.Update(a, 1, "thing.edit");
        await session.SaveAsync();
        Assert.Equal("x=1; z=1; -=1", await Groups(Query.All, "tags"));
    }

    [Fact]
    public async Task A_stream_gives_everything_in_order()
    {
        var session = Open();
        for (var i = 0; i < 1203; i++)
        {
            session.Add(new Thing { Name = $"n{i}", Size = 1203 - i, Open = i % 3 == 0 }, "thing.add");
        }
        Assert.True((await session.SaveAsync()).Succeeded);
        var sizes = new List<decimal>();
        await foreach (var thing in Open().StreamAsync<Thing>(Query.All.Where("open", true).OrderBy("size")))
        {
            sizes.Add(thing.Size!.Value);
        }
        Assert.Equal(401, sizes.Count);
        Assert.Equal(sizes.Order(), sizes);
    }

    [Fact]
    public async Task One_save_takes_an_import_of_thousands()
    {
        var session = Open();
        for (var i = 0; i < 12_000; i++)
        {
            session.Add(new Thing { Name = $"thing {i}", Key = $"k{i}", Notes = { ["filler"] = new('x', 600) } }, "thing.import");
        }
        Assert.True((await session.SaveAsync()).Succeeded);
        Reopen();
        Assert.Equal(12_000, await Open().CountAsync<Thing>(Query.All));
        Assert.Equal("thing 11999", (await Open().QueryAsync<Thing>(Query.All.Where("key", "k11999"))).Items[0].Name);
    }

    [Fact]
    public async Task Collections_are_apart()
    {
        var thing = await AddAsync(new() { Name = "x" });
        var session = Open();
        var other = new Other { N = 3 };
        session.Add(other, "other.add");
        Assert.True((await session.SaveAsync()).Succeeded);
        Assert.Null(await session.FindAsync<Other>(thing.Id));
        Assert.Null(await session.FindAsync<Thing>(other.Id));
        Assert.Single(await session.HistoryAsync(thing.Id));
        session.Remove(thing, 1, "thing.remove");
        await session.SaveAsync();
        Assert.Equal(3, (await session.FindAsync<Other>(other.Id))!.N);
        Assert.True((await Store.VerifyAsync(default)).Sound);
    }

    [Theory]
    [InlineData("bell \u0007", "error.text.control", "$.name")]
    [InlineData("nul \0", "error.text.control", "$.name")]
    [InlineData("half HIGH pair", "error.text.surrogate", "$.name")]
    [InlineData("LOWHIGH", "error.text.surrogate", "$.name")]
    public async Task Text_that_breaks_files_is_refused_with_its_place(string text, string message, string path)
    {
        var session = Open();
        text = text.Replace("HIGH", "\ud83d", StringComparison.Ordinal).Replace("LOW", "\ude00", StringComparison.Ordinal);
        session.Add(new Thing { Name = text }, "thing.add");
        var error = Assert.Single((await session.SaveAsync()).Errors);
        Assert.Equal((ErrorKind.Invalid, message, path.ToLowerInvariant()), (error.Kind, error.Message, error.Field!.ToLowerInvariant()));
        Assert.Equal(0, await session.CountAsync<Thing>(Query.All));
    }

    [Fact]
    public async Task The_place_of_unfit_text_names_list_and_key()
    {
        var session = Open();
        session.Add(new Thing { Tags = ["fine", "b\u0001d"], Notes = { ["k"] = "v" } }, "thing.add");
        Assert.Equal("$.tags[1]", Assert.Single((await session.SaveAsync()).Errors).Field);
        session.Add(new Thing { Extra = new() { ["a"] = new JsonArray(new JsonObject { ["b"] = "\u0002" }) } }, "thing.add");
        Assert.Equal("$.extra.a[0].b", Assert.Single((await session.SaveAsync()).Errors).Field);
    }

    [Fact]
    public async Task A_document_over_a_mebibyte_is_refused_and_one_below_is_stored()
    {
        var session = Open();
        session.Add(new Thing { Name = new('x', 1 << 20) }, "thing.add");
        Assert.Equal("error.document.size", Assert.Single((await session.SaveAsync()).Errors).Message);
        var large = await AddAsync(new() { Name = new('x', (1 << 20) - 200) });
        Reopen();
        Assert.Equal((1 << 20) - 200, (await Open().FindAsync<Thing>(large.Id))!.Name!.Length);
    }

    [Fact]
    public async Task The_log_tells_who_did_what_when_without_secrets()
    {
        var thing = await AddAsync(new() { Name = "x", Password = "hunter2" });
        var session = Store.OpenSession(Actor.Console);
        session.Log("session.start", "01AINA", "why", new JsonObject { ["from"] = "here" });
        Assert.True((await session.SaveAsync()).Succeeded);
        Reopen();
        var entry = Assert.Single(await Open().HistoryAsync(thing.Id));
        Assert.DoesNotContain("hunter2", entry.Data!, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"x\"", entry.Data!, StringComparison.Ordinal);
        Assert.Equal(("01AINA", "Aina", "thing.add", "test_things", 1L, 1L), (entry.ActorId, entry.ActorName, entry.Action, entry.Collection, entry.Version, entry.Sequence));
        Assert.Equal(new(2026, 7, 1, 1, 0, 0, TimeSpan.Zero), entry.At);
        var logged = Assert.Single(await Open().HistoryAsync("01AINA"));
        Assert.Equal(("console", "why", "{\"from\":\"here\"}"), (logged.ActorId, logged.Reason, logged.Data));
        Assert.Equal(entry.Hash, logged.Previous);
        Assert.Equal(new LogHead(2, logged.Hash), await Open().HeadAsync());
        Assert.Equal("hunter2", (await Open().FindAsync<Thing>(thing.Id))!.Password);
        var report = await Store.VerifyAsync(default);
        Assert.True(report.Sound, string.Join('\n', report.Findings));
        Assert.Equal((2L, 1L), (report.Entries, report.Documents));
    }

    [Fact]
    public async Task The_log_is_filtered_and_paged_newest_first()
    {
        for (var i = 0; i < 5; i++)
        {
            await AddAsync(new() { Name = $"{i}" });
            var session = Store.OpenSession(Actor.System);
            session.Add(new Other { N = i }, i == 3 ? "other.import" : "other.add");
            await session.SaveAsync();
            Clock.Advance(TimeSpan.FromDays(1));
        }
        async Task<string> Sequences(ActivityQuery query) => string.Join(' ', (await Open().ActivityAsync(query)).Entries.Select(e => e.Sequence));
        Assert.Equal("10 8 6 4 2", await Sequences(new(ActorId: "system")));
        Assert.Equal("8", await Sequences(new(Action: "other.import")));
        Assert.Equal("9 7", await Sequences(new(Collection: "test_things", Size: 2)));
        Assert.Equal("6 5", await Sequences(new(From: new(2026, 7, 3, 0, 0, 0, TimeSpan.Zero), Until: new(2026, 7, 3, 12, 0, 0, TimeSpan.Zero))));
        Assert.Empty(await Sequences(new(ActorId: "nobody")));
        var page = await Open().ActivityAsync(new(Size: 4));
        Assert.Equal([6, 5, 4, 3], (await Open().ActivityAsync(new(Size: 4, Before: page.NextBefore))).Entries.Select(e => e.Sequence));
        Assert.Null((await Open().ActivityAsync(new(Size: 4, Before: 3))).NextBefore);
    }

    [Fact]
    public async Task An_attachment_is_kept_under_its_hash()
    {
        var bytes = Encoding.UTF8.GetBytes("evidence");
        var sha = await Store.Attachments.PutAsync(new MemoryStream(bytes), 100, default);
        Assert.Equal(sha, await Store.Attachments.PutAsync(new MemoryStream(bytes), 100, default));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), sha);
        await using var stream = Store.Attachments.Open(sha)!;
        Assert.Equal("evidence", await new StreamReader(stream).ReadToEndAsync());
        Assert.Null(Store.Attachments.Open("../../etc/passwd"));
        Assert.Null(Store.Attachments.Open(new string('0', 64)));
        await Assert.ThrowsAsync<AttachmentTooLargeException>(() => Store.Attachments.PutAsync(new MemoryStream(bytes), 7, default));
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Open().CountAsync<Thing>(Query.All, cancelled.Token));
        var session = Open();
        session.Add(new Thing(), "thing.add");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.SaveAsync(cancelled.Token));
        Assert.Equal(0, await Open().CountAsync<Thing>(Query.All));
    }

    [Fact]
    public async Task A_failing_number_is_the_callers_and_the_store_goes_on()
    {
        var session = Open();
        session.Next("X", _ => throw new InvalidOperationException("mine"));
        session.Add(new Thing(), "thing.add");
        await Assert.ThrowsAsync<InvalidOperationException>(() => session.SaveAsync());
        await AddAsync(new() { Name = "after" });
        Assert.Equal(0, await Open().CounterAsync("X"));
    }

    [Fact]
    public async Task Sixteen_callers_lose_no_update()
    {
        var thing = await AddAsync(new() { Size = 0 });
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 5;)
            {
                var session = Open();
                var mine = (await session.FindAsync<Thing>(thing.Id))!;
                mine.Size++;
                session.Update(mine, mine.Version, "thing.count");
                done += (await session.SaveAsync()).Succeeded ? 1 : 0;
            }
        })));
        Assert.Equal(80, (await Open().FindAsync<Thing>(thing.Id))!.Size);
        Assert.Equal(81, (await Open().FindAsync<Thing>(thing.Id))!.Version);
    }
}
