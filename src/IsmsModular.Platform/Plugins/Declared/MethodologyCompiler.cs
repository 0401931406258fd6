using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins.Declared;

/// <summary>Turns a methodology file, parameters filled in, into something that rates; refuses grids with holes, bands that do not follow each other, and names that lead nowhere.</summary>
internal sealed class MethodologyCompiler(string plugin, JsonObject file)
{
    private static readonly string[] Operations = [.. Enum.GetNames<Operation>().Select(n => n.ToLowerInvariant())];

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

        var level = root.Has("level") ? PlaceNamed(root, "level") : null;
        var levels = root.Has("levels") ? scales[root.Text("levels")] : [];
        if (level is not null && !ReferenceEquals(level.Scale, levels))
            throw DeclaredReader.Fault("level", "must be a step whose scale is the scale of levels");
        var value = root.Has("value") ? NumberNamed(root, "value") : null;
        var order = root.Has("order") ? NumberNamed(root, "order") : value ?? level ?? throw DeclaredReader.Fault("order", "without a level or a value, an order is needed");
        var outputs = root.Has("outputs") ? root.Each("outputs").Select(ReadOutput).ToList() : [];
        var axes = root.Has("axes") ? new DeclaredReader(plugin, root.Node("axes"), "axes") : null;

        return new(
            new MethodologyForm
            {
                Factors = [.. factors.Select(f => f.Factor)],
                Levels = levels,
                Outputs = [.. outputs.Select(o => new Output { Key = o.Key, Name = o.Place.Name, Tiers = o.Place.Scale ?? [] })],
                VerticalAxis = axes is null ? null : PlaceNamed(axes, "vertical").Key,
                HorizontalAxis = axes is null ? null : PlaceNamed(axes, "horizontal").Key,
                Criteria = root.Has("criteria") ? ReadCriteria(new(plugin, root.Node("criteria"), "criteria"), levels) : null,
            },
            factors,
            steps,
            outputs,
            level,
            value,
            order);
    }

    private static SuggestedCriteria ReadCriteria(DeclaredReader reader, IReadOnlyList<Tier> levels)
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
        var kind = reader.OneOf("kind", "choice", "number", "list");
        var key = reader.Text("key");
        var name = reader.Words("name");
        var scale = kind == "choice" ? ScaleNamed(reader, "scale") : null;
        var isNeeded = !reader.Flag("optional");
        var (minimum, maximum) = (reader.OptionalNumber("minimum"), reader.OptionalNumber("maximum"));
        if (minimum > maximum)
            throw DeclaredReader.Fault(reader.PathOf("maximum"), "is less than the minimum");
        Claim(reader, new Place(key, name, scale, kind == "list"));
        var role = reader.Has("role") ? reader.OneOf("role", "other", "assetValue", "likelihood", "consequence", "vulnerability", "threat") : "other";
        var aliases = reader.Has("aliases") ? reader.List("aliases").Select(n => n is JsonValue v && v.TryGetValue(out string? text) ? text : throw DeclaredReader.Fault(reader.PathOf("aliases"), "a list of texts is needed")).ToList() : [];
        var factor = new Factor
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
            Needed = isNeeded,
            Fields = kind == "list" ? [new Factor { Key = "", Name = name, Kind = FactorKind.Number, Minimum = minimum, Maximum = maximum }] : [],
        };
        return new(factor, aliases, reader.Flag("whole"), (int?)reader.OptionalNumber("count"));
    }

    private DeclaredStep ReadStep(DeclaredReader reader)
    {
        var kind = reader.OneOf("kind", ["grid", "band", "constant", .. Operations]);
        var key = reader.Text("key");
        var scale = kind switch
        {
            "band" => ScaleNamed(reader, "scale"),
            "grid" when reader.Has("scale") => ScaleNamed(reader, "scale"),
            _ => null,
        };
        var place = new Place(key, reader.OptionalWords("name") ?? DeclaredReader.WordsOf(plugin, key), scale, false);
        DeclaredStep step = kind switch
        {
            "grid" => ReadGrid(reader, place),
            "band" => ReadBand(reader, place),
            "constant" => new ConstantStep(place, DeclaredReader.NumberOf(reader.Node("value"), reader.PathOf("value"))),
            _ => ReadArithmetic(reader, place, Enum.Parse<Operation>(kind, ignoreCase: true)),
        };
        Claim(reader, place);
        return step;
    }

    private GridStep ReadGrid(DeclaredReader reader, Place place)
    {
        var (rows, columns) = (TieredNamed(reader, "rows"), TieredNamed(reader, "columns"));
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
            var tier = scale.ToList().FindIndex(t => Scale.Same(t.Key, text) || Scale.Same(t.Label.Fallback!, text));
            return tier >= 0 ? tier : throw DeclaredReader.Fault(path, $"{text} is no tier of the scale");
        }

        var number = DeclaredReader.NumberOf(cell, path);
        return scale is null || (number >= 0 && number < scale.Count && Math.Floor(number) == number)
            ? number
            : throw DeclaredReader.Fault(path, $"{number} is no tier of the scale, 0 to {scale.Count - 1} are needed");
    }

    private BandStep ReadBand(DeclaredReader reader, Place place)
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

        return new(place, NumberNamed(reader, "of"), edges);
    }

    private ArithmeticStep ReadArithmetic(DeclaredReader reader, Place place, Operation operation)
    {
        var path = reader.PathOf("of");
        var of = reader.List("of").Select((n, i) => n is JsonValue v && v.TryGetValue(out string? name) ? Known(name, $"{path}[{i}]") : throw DeclaredReader.Fault($"{path}[{i}]", "a name is needed")).ToList();
        if (of.Count == 0 || (operation == Operation.Quotient && (of.Count < 2 || of.Any(p => p.IsList))))
            throw DeclaredReader.Fault(path, operation == Operation.Quotient ? "a quotient needs two names or more, none of a list" : "names are needed");
        return new(place, operation, of, reader.OptionalNumber("whenZero"));
    }

    private (string Key, Place Place) ReadOutput(DeclaredReader reader)
    {
        var key = reader.Text("key");
        var place = Known(reader.OptionalText("from") ?? key, reader.PathOf(reader.Has("from") ? "from" : "key"));
        return (key, place with { Name = reader.OptionalWords("name") ?? place.Name });
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

    private Place TieredNamed(DeclaredReader reader, string property) =>
        PlaceNamed(reader, property) is { Scale: not null } tiered ? tiered : throw DeclaredReader.Fault(reader.PathOf(property), "must have a scale");

    private Place NumberNamed(DeclaredReader reader, string property) =>
        PlaceNamed(reader, property) is { IsList: false } single ? single : throw DeclaredReader.Fault(reader.PathOf(property), "is a list; a single number is needed");

    private Place Known(string name, string path) =>
        places.GetValueOrDefault(name) ?? throw DeclaredReader.Fault(path, $"there is no factor or earlier step {name}");
}
