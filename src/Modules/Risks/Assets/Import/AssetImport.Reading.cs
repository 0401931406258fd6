using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Scales;

namespace IsmsModular.Risks.Assets.Import;

/// <content>How one row of a file becomes an asset, and what is wrong with it.</content>
internal sealed partial class AssetImport
{
    private sealed class Reading(Table table, ImportMap map, ImportOptions options, Known known, ValuationScale scale, IWords words, WordBook book, DateOnly today, string actor)
    {
        private readonly Dictionary<string, int> rowOfAsset = new(StringComparer.OrdinalIgnoreCase);
        private readonly Dictionary<string, string> newByName = new(StringComparer.OrdinalIgnoreCase);
        private readonly Dictionary<string, string> newByKey = new(StringComparer.Ordinal);
        private readonly List<(ImportItem Item, string[] Supports)> waiting = [];

        public List<RowProblem> Problems { get; } = [];

        public HashSet<string> UnknownPeople { get; } = new(StringComparer.OrdinalIgnoreCase);

        public HashSet<string> UnknownGroups { get; } = new(StringComparer.OrdinalIgnoreCase);

        public List<ImportItem> Items()
        {
            foreach (var row in table.Rows)
                Read(row);
            foreach (var (item, supports) in waiting)
                Support(item, supports);
            FindCircles();
            FindUnlike();
            List<ImportItem> items = [.. waiting.Select(w => w.Item with { Changes = w.Item.Seen is null ? [] : Changes(w.Item.Asset) })];
            Problems.AddRange(items.Where(i => i.Changes.Count > 0 && known.ByReference[i.Asset.Reference].State == AssetState.Retired).Select(i => new RowProblem(i.Row, null, "asset.retired.locked")));
            return items;
        }

        private void Read(TableRow row)
        {
            if (Target(row) is not { } asset)
                return;
            var before = Problems.Count;
            asset.Name = Text(row, "name", 200) ?? asset.Name;
            asset.Description = Text(row, "description", 5000) ?? asset.Description;
            asset.Type = Word<AssetType>(row, "type") ?? asset.Type;
            asset.Kind = Word<AssetKind>(row, "kind") ?? (asset.Version == 0 && asset.Type is (AssetType.Service or AssetType.Information) ? AssetKind.Primary : asset.Kind);
            asset.GroupId = Group(row) ?? asset.GroupId;
            asset.Units = Whole(row, "units", 1, 10_000_000) ?? asset.Units;
            asset.OwnerId = Person(row, "owner", asset.OwnerId) ?? asset.OwnerId;
            asset.CustodianId = Person(row, "custodian", asset.CustodianId) ?? asset.CustodianId;
            asset.Users = Text(row, "users") ?? asset.Users;
            asset.Site = Text(row, "site") ?? asset.Site;
            asset.Place = Text(row, "place") ?? asset.Place;
            asset.Classification = Word<Classification>(row, "classification") ?? asset.Classification;
            asset.PersonalData = YesNo(row, "personal") ?? asset.PersonalData;
            asset.InScope = YesNo(row, "scope") ?? asset.InScope;
            asset.ScopeReason = Text(row, "scopereason") ?? asset.ScopeReason;
            asset.Supplier = Text(row, "supplier") ?? asset.Supplier;
            asset.Contract = Text(row, "contract") ?? asset.Contract;
            asset.Identifier = Text(row, "identifier") ?? asset.Identifier;
            asset.IdentifierMissingBecause = Text(row, "nochance") ?? asset.IdentifierMissingBecause;
            asset.IdentifierNextChance = Date(row, "chance") ?? asset.IdentifierNextChance;
            if (Word<AssetState>(row, "state") is { } state && state != asset.State)
            {
                // Retiring asks for a reason and looks where the asset is needed.
                if (state == AssetState.Retired && asset.Version > 0)
                    Problem(row, "state", "import.retire");
                asset.State = state;
            }

            asset.SourceKey = KeyOf(row) ?? asset.SourceKey;
            if (asset.Version == 0)
            {
                asset.SourceSystem = Text(row, "source") ?? options.FileName;
                (asset.SourceRow, asset.SourceDate, asset.AddedOn) = (row.Number, today, today);
            }
            else
            {
                asset.SourceSystem = Text(row, "source") ?? asset.SourceSystem;
            }

            if (!asset.InScope && asset.ScopeReason is null)
                Problem(row, "scope", "asset.scopereason.required");
            Value(row, asset);
            if (Problems.Count == before)
            {
                newByName.TryAdd(asset.Name, asset.Id);
                if (asset.SourceKey is not null)
                    newByKey.TryAdd(asset.SourceKey, asset.Id);
                waiting.Add((new(row.Number, asset, asset.Version == 0 ? null : asset.Version, []), Many(row, "supports")));
            }
        }

        /// <summary>The asset that a row is about: by reference, else by key in its source, else by name; a new one when there is none.</summary>
        private Asset? Target(TableRow row)
        {
            var (reference, key, name) = (row[map["reference"]], KeyOf(row), row[map["name"]]);
            if (name is null)
                return Problem(row, "name", "asset.name.required");
            Asset? found = null;
            if (reference is not null && !known.ByReference.TryGetValue(reference, out found) && reference.StartsWith("ASSET-", StringComparison.OrdinalIgnoreCase))
                return Problem(row, "reference", "import.reference.unknown", reference);
            if (found is null && key is not null)
                known.ByKey.TryGetValue(key, out found);
            else if (found is not null && key is not null && known.ByKey.TryGetValue(key, out var holder) && holder.Id != found.Id)
                return Problem(row, "key", "asset.sourcekey.taken", holder.Reference, holder.Name);
            if (found is null && key is null)
            {
                var named = known.ByName[name].ToList();
                if (named.Count > 1)
                    return Problem(row, "name", "import.name.many", name, string.Join(", ", named.Take(5).Select(a => a.Reference)));
                found = named.SingleOrDefault();
            }

            var own = found?.Id ?? (key is not null ? "key:" + key : "name:" + name);
            if (!rowOfAsset.TryAdd(own, row.Number))
                return Problem(row, key is null ? "name" : "key", "import.row.twice", rowOfAsset[own].ToString(CultureInfo.InvariantCulture));
            return found is null ? new Asset { Name = name } : Copy(found);
        }

        /// <summary>Key in the source; the reference column of another system is one too.</summary>
        private string? KeyOf(TableRow row)
        {
            if (Text(row, "key") is { } key)
                return key;
            return row[map["reference"]] is { } reference && !known.ByReference.ContainsKey(reference) && !reference.StartsWith("ASSET-", StringComparison.OrdinalIgnoreCase) ? reference : null;
        }

        private static Asset Copy(Asset asset)
        {
            var copy = JsonSerializer.Deserialize<Asset>(JsonSerializer.SerializeToUtf8Bytes(asset, StoreJson.Options), StoreJson.Options)!;
            copy.Version = asset.Version;
            return copy;
        }

        private void Value(TableRow row, Asset asset)
        {
            var tiers = (C: Tier(row, "c"), I: Tier(row, "i"), A: Tier(row, "a"));
            if (tiers is (null, null, null))
                return;
            if (tiers.C is null || tiers.I is null || tiers.A is null)
            {
                if (row[map["c"]] is null || row[map["i"]] is null || row[map["a"]] is null)
                    Problem(row, tiers.C is null ? "c" : tiers.I is null ? "i" : "a", "import.value.part");
                return;
            }

            var old = asset.Valuation;
            CriterionValue One(int tier, string field, CriterionValue? before) => new(tier, Text(row, field) ?? (before?.Tier == tier ? before.Reason : null) ?? words["import.value.reason", options.FileName]);
            var value = new Valuation
            {
                C = One(tiers.C.Value, "creason", old?.C),
                I = One(tiers.I.Value, "ireason", old?.I),
                A = One(tiers.A.Value, "areason", old?.A),
                Participants = Participants(row) ?? old?.Participants ?? [new(null, actor, words["import.value.role"])],
                ScaleVersion = scale.Number,
                On = Date(row, "valuedon") ?? old?.On ?? today,
            };
            // A value that stays the same stays as it was given: own, inherited or overridden.
            var same = old is not null && (old.C, old.I, old.A, old.On) == (value.C, value.I, value.A, value.On) && old.Participants.SequenceEqual(value.Participants);
            asset.Valuation = same ? old : value;
        }

        private int? Tier(TableRow row, string field)
        {
            if (row[map[field]] is not { } text)
                return null;
            if (row.TryWhole(map[field], out var tier) && tier >= 1 && tier <= scale.Tiers.Count)
                return tier;
            var meant = CellText.Meant(text, scale.Tiers, t => [t.Label, t.LabelMs]);
            if (meant.Count == 1)
                return scale.Tiers.IndexOf(meant[0]) + 1;
            if (meant.Count > 1)
                Problem(row, field, "import.word.several", text, string.Join(", ", meant.Select(t => t.Label)));
            else
                Problem(row, field, "import.value.tier", text, scale.Tiers.Count.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        private List<Participant>? Participants(TableRow row)
        {
            if (Many(row, "valuers") is not { Length: > 0 } given)
                return null;
            List<Participant> took = [];
            foreach (var text in given)
            {
                var match = NameAndRole().Match(text);
                var name = match.Success ? match.Groups["name"].Value : text;
                took.Add(new(known.People.GetValueOrDefault(name)?.Id, name, match.Success ? match.Groups["role"].Value : words["import.value.role"]));
            }

            return took;
        }

        private string? Group(TableRow row)
        {
            if (Text(row, "group", 200) is not { } name)
                return null;
            if (known.Groups.TryGetValue(name, out var group))
            {
                if (group.Retired)
                    Problem(row, "group", "import.group.retired", name);
                return group.Id;
            }

            UnknownGroups.Add(name);
            if (!options.CreateGroups)
                Problem(row, "group", "import.group.unknown", name);
            return Pending + name;
        }

        private string? Person(TableRow row, string field, string? before)
        {
            if (Text(row, field, 200) is not { } name)
                return null;
            if (known.People.TryGetValue(name, out var person))
            {
                if (person.HasLeft && person.Id != before)
                    Problem(row, field, "import.person.left", name);
                return person.Id;
            }

            UnknownPeople.Add(name);
            if (!options.CreatePeople)
                Problem(row, field, "import.person.unknown", name);
            return Pending + name;
        }

        /// <summary>What an asset supports may stand in the store or in another row of the file.</summary>
        private void Support(ImportItem item, string[] supports)
        {
            if (supports.Length == 0)
                return;
            List<string> ids = [];
            foreach (var text in supports)
            {
                var id = known.ByReference.GetValueOrDefault(text)?.Id ?? known.ByKey.GetValueOrDefault(text)?.Id ?? newByKey.GetValueOrDefault(text) ?? newByName.GetValueOrDefault(text) ?? (known.ByName[text].Take(2).ToList() is [var only] ? only.Id : null);
                if (id is null || id == item.Asset.Id)
                    Problems.Add(id is null ? new(item.Row, Header("supports"), "asset.supports.noref", text) : new(item.Row, Header("supports"), "asset.supports.circle"));
                else
                    ids.Add(id);
            }

            item.Asset.SupportsIds = [.. ids.Distinct()];
        }

        /// <summary>Rows whose asset would support itself through others: what is left when everything that can be ordered was taken away.</summary>
        private void FindCircles()
        {
            var graph = known.ByReference.Values.ToDictionary(a => a.Id, a => a.SupportsIds);
            foreach (var (item, _) in waiting)
                graph[item.Asset.Id] = item.Asset.SupportsIds;
            var open = graph.ToDictionary(g => g.Key, g => g.Value.Count(graph.ContainsKey));
            var supporters = graph.SelectMany(g => g.Value.Select(up => (up, g.Key))).ToLookup(p => p.up, p => p.Key);
            Stack<string> free = new(open.Where(o => o.Value == 0).Select(o => o.Key));
            while (free.TryPop(out var id))
            {
                open.Remove(id);
                foreach (var below in supporters[id].Where(open.ContainsKey))
                {
                    if (--open[below] == 0)
                        free.Push(below);
                }
            }

            foreach (var (item, supports) in waiting.Where(w => w.Supports.Length > 0 && open.ContainsKey(w.Item.Asset.Id)))
                Problems.Add(new(item.Row, Header("supports"), "asset.supports.circle"));
        }

        /// <summary>Rows whose values would keep them out of their group, taking all rows together.</summary>
        private void FindUnlike()
        {
            if (options.UnlikeAccepted)
                return;
            var members = known.ByReference.Values.Where(a => a is { GroupId: not null, State: not AssetState.Retired, Valuation.IsComplete: true }).ToLookup(a => a.GroupId!, a => (AssetFacts.Short(a.Valuation), 1L));
            var groups = known.Groups.Values.DistinctBy(g => g.Id).ToDictionary(g => g.Id);
            var rows = waiting.ToDictionary(w => w.Item.Asset.Id, w => w.Item.Row);
            foreach (var planned in waiting.Select(w => w.Item.Asset).Where(a => a is { GroupId: not null, State: not AssetState.Retired }).GroupBy(a => a.GroupId!, StringComparer.OrdinalIgnoreCase))
            {
                var group = groups.GetValueOrDefault(planned.Key);
                foreach (var asset in Likeness.Apart(planned.Key, group?.Valuation, members[planned.Key], [.. planned.Select(a => (a, known.ByReference.GetValueOrDefault(a.Reference)))]))
                    Problems.Add(new(rows[asset.Id], Header("group"), "asset.group.unlike", group?.Name ?? planned.Key[Pending.Length..], AssetFacts.Named(asset)));
            }
        }

        private List<FieldChange> Changes(Asset asset)
        {
            var old = JsonSerializer.SerializeToNode(known.ByReference[asset.Reference], StoreJson.Options)!.AsObject();
            var now = JsonSerializer.SerializeToNode(asset, StoreJson.Options)!.AsObject();
            return [.. old.Select(p => p.Key).Union(now.Select(p => p.Key)).Where(k => !JsonNode.DeepEquals(old[k], now[k])).Select(k => new FieldChange(k, Say(k, old[k]), Say(k, now[k])))];
        }

        private string? Say(string field, JsonNode? value) => value switch
        {
            null => null,
            JsonObject valuation when field == "valuation" => string.Join(' ', new[] { "c", "i", "a" }.Select(k => $"{k.ToUpperInvariant()}{valuation[k]?["tier"]}")),
            JsonValue text when text.TryGetValue<string>(out var id) => known.Names.GetValueOrDefault(id) ?? (id.StartsWith(Pending, StringComparison.Ordinal) ? id[Pending.Length..] : id),
            JsonArray many => string.Join(", ", many.Select(m => known.ByReference.Values.FirstOrDefault(a => a.Id == m?.ToString())?.Reference ?? m?.ToString())),
            _ => value.ToJsonString(),
        };

        private string[] Many(TableRow row, string field) => (row[map[field]] ?? "").Split([';', '\n', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        private string? Text(TableRow row, string field, int most = 2000)
        {
            var text = row[map[field]];
            if (text is not null && text.Length > most)
                Problem(row, field, "import.text.long", most.ToString(CultureInfo.InvariantCulture));
            return text;
        }

        private T? Word<T>(TableRow row, string field)
            where T : struct, Enum
        {
            if (row[map[field]] is not { } text)
            {
                if (field == "type" && map[field] is not null && !IsKnown(row))
                    Problem(row, field, "asset.type.required");
                return null;
            }

            if (AssetColumns.Word<T>(text, book) is { } member)
                return member;
            Problem(row, field, "import.word.unknown", text, string.Join(", ", Enum.GetValues<T>().Select(v => words.Of(v))));
            return null;
        }

        private bool IsKnown(TableRow row) => (row[map["reference"]] is { } r && known.ByReference.ContainsKey(r)) || (KeyOf(row) is { } k ? known.ByKey.ContainsKey(k) : row[map["name"]] is { } n && known.ByName[n].Any());

        private int? Whole(TableRow row, string field, int least, int most)
        {
            if (row[map[field]] is not { } text)
                return null;
            if (row.TryWhole(map[field], out var number) && number >= least && number <= most)
                return number;
            Problem(row, field, "import.number", text, least.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        private bool? YesNo(TableRow row, string field)
        {
            if (row[map[field]] is not { } text)
                return null;
            if (CellText.TryYesNo(text, out var yes))
                return yes;
            Problem(row, field, "import.yesno", text);
            return null;
        }

        private DateOnly? Date(TableRow row, string field)
        {
            if (row[map[field]] is not { } text)
                return null;
            if (CellText.TryDate(text, out var date))
                return date;
            Problem(row, field, "import.date", text);
            return null;
        }

        private Asset? Problem(TableRow row, string field, string message, params string[] arguments)
        {
            Problems.Add(new(row.Number, Header(field), message, arguments));
            return null;
        }

        private string Header(string field) => map[field] is { } column && column < table.Columns.Count ? table.Columns[column].Header : words[AssetColumns.Fields.First(f => f.Key == field).Title];
    }
}
