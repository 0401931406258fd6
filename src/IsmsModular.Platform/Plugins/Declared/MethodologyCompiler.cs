using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins.Declared;

/// <summary>Turns a methodology file, parameters filled in, into something that rates; refuses grids with holes, bands that do not follow each other, and names that lead nowhere.</summary>
internal sealed class MethodologyCompiler(string plugin, JsonObject file)
{
    private static readonly string[] Operations = [.. Enum.GetNames<Operation>().Select(n => n.ToLowerInvariant())];

    private static readonly string[] Criteria = ["C", "I", "A"];

    private readonly DeclaredReader root = new(plugin, file, "");
    private readonly Dictionary<string, IReadOnlyList<Tier>> scales = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Place> places = new(StringComparer.Ordinal);

    /// <exception cref="DeclaredException">The file is wrong; the path says where.</exception>
    public CompiledMethodology Compile()
    {
        foreach (var (name, node) in root.Node("scales") as JsonObject ?? [])
            scales[name] = Scale.Read(plugin, node, $"scales.{name}");
        if (root.Has("levels"))
        {
            var name = root.Text("levels");
            scales[name] = Scale.Coloured(ScaleNamed(root, "levels")!);
        }

        var factors = root.Each("factors").Select(ReadFactor).ToList();
        if (factors.Count == 0)
            throw DeclaredReader.Fault("factors", "a method asks for something");
        var steps = root.Each("steps").Select(ReadStep).ToList();

        var level = root.Has("level") ? SingleNamed(root, "level") : null;
        var levels = root.Has("levels") ? scales[root.Text("levels")] : [];
        if (level is not null && !ReferenceEquals(level.Scale, levels))
            throw DeclaredReader.Fault("level", "must be a step whose scale is the scale of levels");
        var value = root.Has("value") ? NumberNamed(root, "value") : null;
        var order = root.Has("order") ? NumberNamed(root, "order") : value ?? level ?? throw DeclaredReader.Fault("order", "without a level or a value, an order is needed");
        var outputs = root.Has("outputs") ? root.Each("outputs").Select(ReadOutput).ToList() : [];
        var criteria = root.Has("criteria") ? new DeclaredReader(plugin, root.Node("criteria"), "criteria") : null;
        var axes = root.Has("axes") ? new DeclaredReader(plugin, root.Node("axes"), "axes") : null;

        return new(
            new MethodologyForm
            {
                Factors = [.. factors.Select(f => f.Factor)],
                Levels = levels,
                Outputs = [.. outputs.Select(o => new Output { Key = o.Key, Name = o.Place.Name, Tiers = o.Place.Scale ?? [] })],
                VerticalAxis = axes is null ? null : SingleNamed(axes, "vertical").Key,
                HorizontalAxis = axes is null ? null : SingleNamed(axes, "horizontal").Key,
                Criteria = root.Has("acceptance") ? ReadAcceptance(new(plugin, root.Node("acceptance"), "acceptance"), levels) : null,
            },
            factors,
            steps,
            outputs,
            criteria is null ? [] : [.. Criteria.Where(criteria.Has).Select(c => (c, NumberNamed(criteria, c)))],
            level,
            root.Flag("levelOptional"),
            value,
            order);
    }

    private static SuggestedCriteria ReadAcceptance(DeclaredReader reader, IReadOnlyList<Tier> levels)
    {
        string Level(JsonNode? node, string path) =>
            node is JsonValue v && v.TryGetValue(out string? text) && levels.Any(l => l.Key == text) ? text : throw DeclaredReader.Fault(path, "the key of a level is needed");
        IReadOnlyList<string> Levels(string property) => reader.Has(property) ? [.. reader.List(property).Select((n, i) => Level(n, $"{reader.PathOf(property)}[{i}]"))] : [];
        return new()
        {
            Acceptable = Levels("acceptable"),
            ByException = Levels("byException"),
            ExceptionMonths = (int?)reader.OptionalNumber("exceptionMonths"),
            AcceptUpTo = reader.OptionalNumber("acceptUpTo"),
            ExceptionUpTo = reader.OptionalNumber("exceptionUpTo"),
            ResidualLevel = reader.Has("residualLevel") ? Level(reader.Node("residualLevel"), reader.PathOf("residualLevel")) : null,
            ResidualValue = reader.OptionalNumber("residualValue"),
        };
    }

    private DeclaredFactor ReadFactor(DeclaredReader reader)
    {
        var factor = ReadFactor(reader, reader.Text("key"), isField: false);
        var (key, name) = (factor.Factor.Key, factor.Factor.Name);
        switch (factor.Factor.Kind)
        {
            case FactorKind.List:
                Claim(reader, new Place(key, name, null, key, HasNumber: factor.Fields is [{ Factor.Key: "" }]));
                foreach (var field in factor.Fields.Where(f => f.Factor.Key.Length > 0))
                    Claim(reader, new Place($"{key}.{field.Factor.Key}", field.Factor.Name, field.Factor.Kind == FactorKind.Choice ? field.Factor.Tiers : null, key, field.Factor.Kind != FactorKind.Text));
                break;
            case FactorKind.Record:
                // Records of the same fields go together row by row.
                Claim(reader, new Place(key, name, null, "{" + string.Join(',', factor.Fields.Select(f => f.Factor.Key)) + "}", factor.Fields.All(f => f.Factor.Kind != FactorKind.Text)));
                foreach (var field in factor.Fields)
                    Claim(reader, new Place($"{key}.{field.Factor.Key}", field.Factor.Name, field.Factor.Kind == FactorKind.Choice ? field.Factor.Tiers : null, null, field.Factor.Kind != FactorKind.Text));
                break;
            default:
                Claim(reader, new Place(key, name, factor.Factor.Kind == FactorKind.Choice ? factor.Factor.Tiers : null, null, factor.Factor.Kind != FactorKind.Text));
                break;
        }

        return factor;
    }

    private DeclaredFactor ReadFactor(DeclaredReader reader, string key, bool isField)
    {
        var kind = isField ? reader.OneOf("kind", "choice", "number", "text", "list") : reader.OneOf("kind", "choice", "number", "text", "list", "record");
        var name = reader.Words("name");
        var scale = kind == "choice" ? ScaleNamed(reader, "scale") : null;
        var (minimum, maximum) = (reader.OptionalNumber("minimum"), reader.OptionalNumber("maximum"));
        if (minimum > maximum)
            throw DeclaredReader.Fault(reader.PathOf("maximum"), "is less than the minimum");
        if (isField && kind == "list" && reader.Has("fields"))
            throw DeclaredReader.Fault(reader.PathOf("fields"), "a list inside a list or record holds plain numbers");
        var fields = kind switch
        {
            "record" => [.. reader.Each("fields").Select(f => ReadField(f))],
            "list" when reader.Has("fields") => [.. reader.Each("fields").Select(f => ReadField(f))],
            "list" => (List<DeclaredFactor>)[new(new Factor { Key = "", Name = name, Kind = FactorKind.Number, Minimum = minimum, Maximum = maximum }, []) { IsWhole = reader.Flag("whole") }],
            _ => [],
        };
        if (kind is "record" or "list" && (fields.Count == 0 || fields.DistinctBy(f => f.Factor.Key, StringComparer.OrdinalIgnoreCase).Count() != fields.Count))
            throw DeclaredReader.Fault(reader.PathOf("fields"), "fields with different keys are needed");
        if (kind == "record" && fields.Exists(f => f.Factor.Kind == FactorKind.List))
            throw DeclaredReader.Fault(reader.PathOf("fields"), "a record holds no lists");
        var role = reader.Has("role") ? reader.OneOf("role", "other", "assetValue", "likelihood", "consequence", "vulnerability", "threat") : "other";
        var declared = new DeclaredFactor(
            new Factor
            {
                Key = key,
                Name = name,
                Help = reader.OptionalWords("help"),
                Kind = Enum.Parse<FactorKind>(kind, ignoreCase: true),
                Role = Enum.Parse<FactorRole>(role, ignoreCase: true),
                Tiers = scale ?? [],
                Minimum = kind == "number" ? minimum : null,
                Maximum = kind == "number" ? maximum : null,
                Unit = reader.OptionalText("unit"),
                Needed = !reader.Flag("optional"),
                Fields = [.. fields.Select(f => f.Factor)],
                Preset = reader.Has("preset") ? JsonSerializer.Deserialize<FactorValue>(reader.Node("preset")) : null,
                Property = reader.Has("property") ? Enum.Parse<SecurityProperty>(reader.OneOf("property", "confidentiality", "integrity", "availability"), ignoreCase: true) : SecurityProperty.None,
                Helper = reader.Has("helper") ? Enum.Parse<FactorHelper>(reader.OneOf("helper", "cvss"), ignoreCase: true) : FactorHelper.None,
            },
            fields)
        {
            Aliases = reader.Has("aliases") ? [.. reader.List("aliases").Select(n => n is JsonValue v && v.TryGetValue(out string? text) ? text : throw DeclaredReader.Fault(reader.PathOf("aliases"), "a list of texts is needed"))] : [],
            IsWhole = reader.Flag("whole"),
            Count = kind == "list" ? (int?)reader.OptionalNumber("count") : null,
            Unrated = reader.OptionalNumber("unrated"),
            IsByValue = reader.Flag("byValue"),
        };
        if (reader.Has("preset"))
            CheckPreset(reader, declared);
        return declared;
    }

    private DeclaredFactor ReadField(DeclaredReader reader) => ReadFactor(reader, reader.Text("key"), isField: true);

    private static void CheckPreset(DeclaredReader reader, DeclaredFactor factor)
    {
        try
        {
            if (DeclaredInput.Read(factor, FactorValue.None, "").IsNone)
                throw DeclaredReader.Fault(reader.PathOf("preset"), "a whole value is needed");
        }
        catch (MethodologyException error)
        {
            throw new DeclaredException(reader.PathOf("preset") + error.Field, error.Reason);
        }
    }

    private DeclaredStep ReadStep(DeclaredReader reader)
    {
        var kind = reader.OneOf("kind", ["grid", "band", "constant", "round", "first", "rank", .. Operations]);
        var key = reader.Text("key");
        var scale = kind switch
        {
            "band" => ScaleNamed(reader, "scale"),
            "grid" when reader.Has("scale") => ScaleNamed(reader, "scale"),
            _ => null,
        };
        var isEach = reader.Flag("each");
        var place = new Place(key, reader.OptionalWords("name") ?? DeclaredReader.WordsOf(plugin, key), scale);
        DeclaredStep step = kind switch
        {
            "grid" => ReadGrid(reader, place, isEach),
            "band" => ReadBand(reader, place, isEach),
            "constant" => new ConstantStep(place, DeclaredReader.NumberOf(reader.Node("value"), reader.PathOf("value"))),
            "round" => new RoundStep(place, NumberNamed(reader, "of", isEach), (int?)reader.OptionalNumber("digits") is { } digits and >= 0 and <= 10 ? digits : throw DeclaredReader.Fault(reader.PathOf("digits"), "0 to 10 is needed")),
            "first" => new FirstStep(place, ReadOf(reader)),
            "rank" => PlaceNamed(reader, "of") is { IsList: true, HasNumber: true } ranked ? new RankStep(place with { Rows = ranked.Rows }, ranked) : throw DeclaredReader.Fault(reader.PathOf("of"), "numbers of a list are needed"),
            _ => ReadArithmetic(reader, place, Enum.Parse<Operation>(kind, ignoreCase: true), isEach),
        };
        if (reader.Has("when"))
            step = new WhenStep(step, NumberNamed(reader, "when", isEach));
        if (isEach)
        {
            var rows = step.From.Where(p => p.IsList).Select(p => p.Rows!).Distinct().ToList();
            step = rows.Count == 1 && kind != "rank" ? new EachStep(step, rows[0]) : throw DeclaredReader.Fault(reader.PathOf("each"), "needs fields of one list, or records of the same fields");
        }

        Claim(reader, step.Place);
        return step;
    }

    private GridStep ReadGrid(DeclaredReader reader, Place place, bool isEach)
    {
        var (rows, columns) = (TieredNamed(reader, "rows", isEach), TieredNamed(reader, "columns", isEach));
        var path = reader.PathOf("cells");
        var lines = reader.List("cells");
        if (lines.Count != rows.Scale!.Count)
            throw DeclaredReader.Fault(path, $"{lines.Count} rows, but {rows.Key} has {rows.Scale.Count} tiers");
        var cells = lines.Select((line, r) =>
        {
            if (line is not JsonArray row || row.Count != columns.Scale!.Count)
                throw DeclaredReader.Fault($"{path}[{r}]", $"a row of {columns.Scale!.Count} cells is needed, one for each tier of {columns.Key}");
            return row.Select((cell, c) => ReadCell(cell, place.Scale, $"{path}[{r}][{c}]")).ToArray();
        }).ToArray();
        return new(place, rows, columns, cells);
    }

    private static double ReadCell(JsonNode? cell, IReadOnlyList<Tier>? scale, string path)
    {
        if (scale is not null && cell is JsonValue word && word.TryGetValue(out string? text))
        {
            var tier = TierWords.IndexOf(scale, text);
            return tier >= 0 ? tier : throw DeclaredReader.Fault(path, $"{text} is no tier of the scale");
        }

        var number = DeclaredReader.NumberOf(cell, path);
        return scale is null || (number >= 0 && number < scale.Count && Math.Floor(number) == number)
            ? number
            : throw DeclaredReader.Fault(path, $"{number} is no tier of the scale, 0 to {scale.Count - 1} are needed");
    }

    private BandStep ReadBand(DeclaredReader reader, Place place, bool isEach)
    {
        var scale = place.Scale!;
        var bands = reader.Each("bands").ToList();
        if (bands.Count != scale.Count)
            throw DeclaredReader.Fault(reader.PathOf("bands"), $"{bands.Count} bands, but the scale has {scale.Count} tiers: one band a tier, lowest first");
        var edges = new List<BandEdge>();
        for (var i = 0; i < bands.Count; i++)
        {
            var band = bands[i];
            if (band.OptionalText("tier") is { } tier && !Scale.Same(tier, scale[i].Key))
                throw DeclaredReader.Fault(band.PathOf("tier"), $"{scale[i].Key} is needed here: one band a tier, lowest first");
            var (upTo, below) = (band.OptionalNumber("upTo"), band.OptionalNumber("below"));
            var isLast = i == bands.Count - 1;
            if (isLast && (upTo ?? below) is not null)
                throw DeclaredReader.Fault(band.Path, "the last band is open: leave out upTo and below");
            if (!isLast && upTo is null == below is null)
                throw DeclaredReader.Fault(band.Path, "its upper edge is needed: upTo (the edge belongs to it) or below (the edge belongs to the next)");
            if (isLast)
                break;
            var edge = new BandEdge((upTo ?? below)!.Value, upTo is not null);
            if (edges.Count > 0 && (edge.At < edges[^1].At || (edge.At == edges[^1].At && (edges[^1].IsInside || !edge.IsInside))))
                throw DeclaredReader.Fault(band.Path, "its upper edge must be above the one before: bands overlap");
            edges.Add(edge);
        }

        return new(place, NumberNamed(reader, "of", isEach), edges);
    }

    private ArithmeticStep ReadArithmetic(DeclaredReader reader, Place place, Operation operation, bool isEach)
    {
        var of = ReadOf(reader);
        if (operation is Operation.Quotient or Operation.Difference && (of.Count < 2 || (!isEach && of.Exists(p => p.IsList))))
            throw DeclaredReader.Fault(reader.PathOf("of"), $"a {(operation == Operation.Quotient ? "quotient" : "difference")} needs two names or more, none of a list");
        return new(place, operation, of, reader.OptionalNumber("whenZero"));
    }

    private List<Place> ReadOf(DeclaredReader reader)
    {
        var path = reader.PathOf("of");
        var of = reader.List("of").Select((n, i) => n is JsonValue v && v.TryGetValue(out string? name) ? Known(name, $"{path}[{i}]") : throw DeclaredReader.Fault($"{path}[{i}]", "a name is needed")).ToList();
        if (of.Count == 0)
            throw DeclaredReader.Fault(path, "names are needed");
        return of.FindIndex(p => !p.HasNumber) is >= 0 and var wordy ? throw DeclaredReader.Fault($"{path}[{wordy}]", $"{of[wordy].Key} is no number") : of;
    }

    private DeclaredOutput ReadOutput(DeclaredReader reader)
    {
        var key = reader.Text("key");
        var path = reader.PathOf(reader.Has("from") ? "from" : "key");
        var place = Known(reader.OptionalText("from") ?? key, path);
        if (!place.HasNumber)
            throw DeclaredReader.Fault(path, $"{place.Key} is no number");
        var by = reader.Has("by") ? PlaceNamed(reader, "by") : null;
        if (by is not null && (by.HasNumber || by.Rows != place.Rows))
            throw DeclaredReader.Fault(reader.PathOf("by"), "must be a text field of the same list");
        var labels = place.Rows is ['{', .. var fields, '}'] ? fields.Split(',') : null;
        return new(key, place with { Name = reader.OptionalWords("name") ?? place.Name }, by, labels, reader.Flag("number"));
    }

    private void Claim(DeclaredReader reader, Place place)
    {
        if (!places.TryAdd(place.Key, place))
            throw DeclaredReader.Fault(reader.PathOf("key"), $"the name {place.Key} is used twice");
    }

    private IReadOnlyList<Tier>? ScaleNamed(DeclaredReader reader, string property)
    {
        var name = reader.Text(property);
        return scales.GetValueOrDefault(name) ?? throw DeclaredReader.Fault(reader.PathOf(property), $"there is no scale {name}");
    }

    private Place PlaceNamed(DeclaredReader reader, string property) => Known(reader.Text(property), reader.PathOf(property));

    private Place SingleNamed(DeclaredReader reader, string property) =>
        PlaceNamed(reader, property) is { IsList: false } place ? place : throw DeclaredReader.Fault(reader.PathOf(property), "is a list; a single value is needed");

    private Place TieredNamed(DeclaredReader reader, string property, bool isEach) =>
        PlaceNamed(reader, property) is { Scale: not null } tiered && (isEach || !tiered.IsList) ? tiered : throw DeclaredReader.Fault(reader.PathOf(property), "must have a scale");

    private Place NumberNamed(DeclaredReader reader, string property, bool isEach = false)
    {
        var place = isEach ? PlaceNamed(reader, property) : SingleNamed(reader, property);
        return place.HasNumber ? place : throw DeclaredReader.Fault(reader.PathOf(property), $"{place.Key} is no number");
    }

    private Place Known(string name, string path) =>
        places.GetValueOrDefault(name) ?? throw DeclaredReader.Fault(path, $"there is no factor or earlier step {name}");
}
