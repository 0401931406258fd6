using System.Globalization;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Groups;

namespace IsmsModular.Risks.Register;

/// <summary>Risks of a file as they would be added.</summary>
/// <param name="Risks">Risks of rows without problems.</param>
/// <param name="Problems">All that is wrong, by row.</param>
/// <param name="Used">Headers that fill something.</param>
/// <param name="Leftover">Headers that fill nothing.</param>
internal sealed record RiskImportPlan(IReadOnlyList<Risk> Risks, IReadOnlyList<RowProblem> Problems, IReadOnlyList<string> Used, IReadOnlyList<string> Leftover)
{
    public bool MayRun => Problems.Count == 0 && Risks.Count > 0;
}

/// <summary>Turns a table into new risks of an exercise: nobody starts empty (domain.md rule 11). Nothing is written unless every row is right; all of it goes into one save. Factors of the exercise's method are columns too.</summary>
internal sealed class RiskImport(WorkspaceContext ws, Methods methods, ThreatDirectory threats, Persons persons, IWords words, WordBook book)
{
    private const string FactorPrefix = "factor-";

    public static IReadOnlyList<ImportField> Fields { get; } =
    [
        new("title", "risk.title", "Malware spreads from the office into the plant", true, "title", "risk", "risk title", "risk statement", "name", "tajuk", "risiko", "penyata risiko"),
        new("assets", "risk.assets", "GRP-01; ASSET-0007", false, "assets", "asset", "groups", "asset group", "aset", "kumpulan aset"),
        new("class", "risk.threatclass", "Technical failures", false, "class", "threat class", "kelas ancaman"),
        new("threat", "risk.threat", "Malicious software", false, "threat", "ancaman"),
        new("vulnerability", "risk.vulnerability", "Flat link to the historian", false, "vulnerability", "weakness", "kerentanan", "kelemahan"),
        new("harms", "risk.harms", "I A", false, "harms", "cia", "affects", "terjejas"),
        new("event", "risk.event", "", false, "event", "scenario", "peristiwa", "senario"),
        new("consequence", "risk.consequence", "", false, "consequence", "impact description", "akibat"),
        new("service", "risk.service", "", false, "service", "process", "perkhidmatan", "proses"),
        new("category", "risk.category", "", false, "category", "kategori"),
        new("owner", "risk.ownerid", "Head of ICT", false, "owner", "risk owner", "pemilik", "pemilik risiko"),
        new("existing", "risk.existingcontrols", "Antivirus in the office", false, "existing controls", "current controls", "kawalan sedia ada"),
        new("duty", "risk.duty", "", false, "duty", "kewajipan"),
        new("dutysource", "risk.dutysource", "", false, "duty source", "sumber kewajipan"),
        new("reason", "rate.reason", "Two cases in three years", false, "reason", "justification", "sebab"),
        new("source", "rate.source", "Incident log", false, "source", "evidence", "sumber"),
    ];

    /// <summary>Headers of the template for an exercise: the fields, then the factors of its method.</summary>
    public IReadOnlyList<ExportColumn<int>> Template(Exercise exercise) =>
    [
        .. Fields.Select(f => new ExportColumn<int>(words[f.Title], _ => f.Example)),
        .. Factors(exercise).Select(f => new ExportColumn<int>(words.Of(f.Name), _ => f.Tiers.Count > 0 ? words.Of(f.Tiers[f.Tiers.Count / 2].Label) : "1")),
    ];

    /// <summary>What a file can fill for an exercise: the fields, then the factors of its method.</summary>
    public IReadOnlyList<ImportField> FieldsOf(Exercise exercise) => [.. Fields, .. Factors(exercise).Select(f => new ImportField(FactorPrefix + f.Key, "", "", false, f.Key, f.Name.ToString(), words.Of(f.Name)))];

    /// <summary>Words of a field.</summary>
    public string TitleOf(ImportField field) => field.Title.Length > 0 ? words[field.Title] : field.Synonyms[^1];

    /// <summary>Reads the file as a table.</summary>
    public Task<Result<Table>> TableAsync(Exercise exercise, Stream content, string? fileName, string? sheet, CancellationToken cancellationToken) =>
        TableReader.ReadAsync(content, ImportMap.Headers(FieldsOf(exercise), book), fileName, cancellationToken, sheet);

    /// <summary>Columns by their headers.</summary>
    public ImportMap Guess(Exercise exercise, Table table) => ImportMap.Guess(table, FieldsOf(exercise), book);

    /// <summary>What would be added, and everything that is wrong.</summary>
    public async Task<Result<RiskImportPlan>> PlanAsync(IDocumentSession session, Exercise exercise, Table table, ImportMap map, CancellationToken cancellationToken)
    {
        var fields = FieldsOf(exercise);
        if (map.Problems(fields, table, TitleOf).Select(e => e with { Field = null }).ToList() is { Count: > 0 } wrong)
            return wrong;

        var factors = Factors(exercise).Where(f => map[FactorPrefix + f.Key] is not null).ToDictionary(f => f, f => map[FactorPrefix + f.Key]!.Value);
        var known = await KnownAsync(session, exercise, cancellationToken);
        List<RowProblem> problems = [.. table.Problems];
        List<Risk> risks = [];
        foreach (var row in table.Rows)
        {
            var before = problems.Count;
            var risk = Read(row, map, factors, exercise, known, problems, field => map[field] is { } c ? table.Columns[c].Header : words[Fields.First(f => f.Key == field).Title]);
            if (problems.Count == before)
                risks.Add(risk);
        }

        var used = map.Columns.Values.ToHashSet();
        return new RiskImportPlan(risks, [.. problems.OrderBy(p => p.Row)], [.. table.Columns.Where(c => used.Contains(c.Index)).Select(c => c.Header)], [.. table.Columns.Where(c => !used.Contains(c.Index)).Select(c => c.Header)]);
    }

    /// <summary>Writes a plan without problems in one save.</summary>
    public async Task<Result<int>> RunAsync(IDocumentSession session, Exercise exercise, RiskImportPlan plan, string fileName, string hash, CancellationToken cancellationToken)
    {
        if (!plan.MayRun)
            return Error.Invalid(plan.Risks.Count == 0 ? "import.nothing" : "import.refused", null, plan.Problems.Count.ToString(CultureInfo.InvariantCulture));
        foreach (var risk in plan.Risks)
        {
            session.Next("RISK", n => risk.Reference = $"RISK-{n:0000}");
            session.Add(risk, "risk.import", fileName);
        }

        session.Guard(exercise);
        session.Log("risk.importfile", hash, fileName, new JsonObject { ["new"] = plan.Risks.Count });
        var saved = await session.SaveAsync(cancellationToken);
        return saved.Succeeded ? plan.Risks.Count : (List<Error>)[.. saved.Errors];
    }

    private IEnumerable<Factor> Factors(Exercise exercise) => methods.Form(exercise)?.Factors.Where(f => f.Kind is FactorKind.Choice or FactorKind.Number or FactorKind.Text) ?? [];

    private sealed record Known(Dictionary<string, string> Groups, Dictionary<string, string> Assets, HashSet<string> Titles, PersonBook People);

    private async Task<Known> KnownAsync(IDocumentSession session, Exercise exercise, CancellationToken cancellationToken)
    {
        Dictionary<string, string> groups = new(StringComparer.OrdinalIgnoreCase), assets = new(StringComparer.OrdinalIgnoreCase);
        await foreach (var group in session.StreamAsync<AssetGroup>(Query.All.Where("state", "active"), cancellationToken))
            (groups[group.Reference], groups[group.Name]) = (group.Id, group.Id);
        await foreach (var asset in session.StreamAsync<Asset>(Query.All.WhereNot("state", AssetState.Retired), cancellationToken))
        {
            assets.TryAdd(asset.Name, asset.Id);
            assets[asset.Reference] = asset.Id;
        }

        var titles = (await session.GroupAsync<Risk>(Query.All.Where("exercise", exercise.Id), "title")).Select(g => g.Values[0] as string ?? "").ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new(groups, assets, titles, await persons.ReadAsync(cancellationToken));
    }

    private Risk Read(TableRow row, ImportMap map, Dictionary<Factor, int> factors, Exercise exercise, Known known, List<RowProblem> problems, Func<string, string> header)
    {
        void Wrong(string field, string message, params string[] arguments) => problems.Add(new(row.Number, header(field), message, arguments));
        string? Text(string field, int most)
        {
            var text = row[map[field]];
            if (text?.Length > most)
                Wrong(field, "import.text.long", most.ToString(CultureInfo.InvariantCulture));
            return text;
        }

        var risk = new Risk { ExerciseId = exercise.Id, Title = Text("title", 300) ?? "", Event = Text("event", 4000), Consequence = Text("consequence", 4000), Service = Text("service", 300), Category = Text("category", 100), DutySource = Text("dutysource", 1000) };
        if (risk.Title.Length == 0)
            Wrong("title", "risk.title.needed");
        else if (!known.Titles.Add(risk.Title))
            Wrong("title", "risk.import.there", risk.Title);

        foreach (var name in (row[map["assets"]] ?? "").Split([';', '\n', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (known.Groups.TryGetValue(name, out var group))
                risk.GroupIds.Add(group);
            else if (known.Assets.TryGetValue(name, out var asset))
                risk.AssetIds.Add(asset);
            else
                Wrong("assets", "risk.import.noasset", name);
        }

        if (row[map["class"]] is { } className)
        {
            risk.ThreatClass = Find(threats.Classes, className);
            if (risk.ThreatClass is null)
                Wrong("class", "risk.import.noclass", className, string.Join(", ", threats.Classes.Select(c => c.Text)));
        }

        if (Text("threat", 1000) is { } threat)
        {
            risk.Threat = Find(threats.Threats, threat);
            risk.ThreatWords = risk.Threat is null ? threat : null;
            risk.ThreatClass = threats.ClassOf(risk.Threat) ?? risk.ThreatClass;
            if (risk.ThreatClass is null && row[map["class"]] is null)
                Wrong("class", "risk.threatclass.needed");
        }

        if (Text("vulnerability", 1000) is { } vulnerability)
        {
            risk.Vulnerability = Find(threats.Vulnerabilities, vulnerability);
            risk.VulnerabilityWords = risk.Vulnerability is null ? vulnerability : null;
        }

        foreach (var part in (row[map["harms"]] ?? "").Split([' ', ',', ';', '/', '+'], StringSplitOptions.RemoveEmptyEntries))
        {
            switch (char.ToUpperInvariant(part[0]))
            {
                case 'C' or 'K': risk.HarmsC = true; break;
                case 'I': risk.HarmsI = true; break;
                case 'A': risk.HarmsA = true; break;
                default: Wrong("harms", "risk.import.harms", part); break;
            }
        }

        if (Text("owner", 200) is { } owner)
        {
            risk.OwnerId = known.People.ByName(owner)?.Id;
            if (risk.OwnerId is null)
                Wrong("owner", "import.person.unknown", owner);
            else if (known.People.HasLeft(risk.OwnerId))
                Wrong("owner", "import.person.left", owner);
        }

        risk.ExistingControls = [.. (Text("existing", 2000) ?? "").Split([';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(c => new ExistingControl(c, ControlWorks.NotChecked, null))];
        if (row[map["duty"]] is { } duty)
        {
            risk.Duty = Enum.GetValues<DutyKind>().Select(d => (DutyKind?)d).FirstOrDefault(d => CellText.Normal(words.Of(d!)) == CellText.Normal(duty) || string.Equals(d.ToString(), duty, StringComparison.OrdinalIgnoreCase));
            if (risk.Duty is null)
                Wrong("duty", "import.word.unknown", duty, string.Join(", ", Enum.GetValues<DutyKind>().Select(d => words.Of(d))));
            else if (risk.DutySource is null)
                Wrong("dutysource", "risk.dutysource.needed");
        }

        Rate(risk, row, factors, exercise, problems, Wrong, Text);
        return risk;
    }

    /// <summary>A row that gives values for the method's factors is rated; one that gives none stays unrated.</summary>
    private void Rate(Risk risk, TableRow row, Dictionary<Factor, int> factors, Exercise exercise, List<RowProblem> problems, Action<string, string, string[]> wrong, Func<string, int, string?> text)
    {
        var gaps = risk.Gaps().ToList();
        risk.State = gaps.Count > 0 ? RiskState.Draft : RiskState.Unrated;
        var given = factors.Where(f => row[f.Value] is not null).ToList();
        var (reason, source) = (text("reason", 2000), text("source", 1000));
        if (given.Count == 0 && reason is null && source is null)
            return;
        if (exercise.State != ExerciseState.Running)
            wrong("title", "rate.notstarted", []);
        foreach (var gap in gaps)
            wrong(gap switch { "threat" or "vulnerability" or "harms" or "owner" or "assets" => gap, _ => "title" }, "risk.gap." + gap, []);
        if (reason is null)
            wrong("reason", "rate.reason.needed", []);
        if (source is null)
            wrong("source", "rate.source.needed", []);

        Dictionary<string, FactorValue> inputs = [];
        foreach (var (factor, column) in given)
        {
            var value = row[column]!;
            if (factor.Kind == FactorKind.Choice)
            {
                var meant = CellText.Meant(value, factor.Tiers, t => [t.Key, t.Label.ToString(), words.Of(t.Label)]);
                if (meant.Count == 0 && row.TryWhole(column, out var ordinal) && ordinal >= 1 && ordinal <= factor.Tiers.Count)
                    meant = [factor.Tiers[ordinal - 1]];
                if (meant.Count > 1)
                    problems.Add(new(row.Number, words.Of(factor.Name), "import.word.several", value, string.Join(", ", meant.Select(t => words.Of(t.Label)))));
                else if (meant.Count == 0)
                    problems.Add(new(row.Number, words.Of(factor.Name), "import.word.unknown", value, string.Join(", ", factor.Tiers.Select(t => words.Of(t.Label)))));
                else
                    inputs[factor.Key] = FactorValue.Text(meant[0].Key);
            }
            else if (factor.Kind == FactorKind.Number && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            {
                problems.Add(new(row.Number, words.Of(factor.Name), "rate.number"));
            }
            else
            {
                inputs[factor.Key] = factor.Kind == FactorKind.Number ? FactorValue.Number(double.Parse(value, CultureInfo.InvariantCulture)) : FactorValue.Text(value);
            }
        }

        foreach (var factor in methods.Form(exercise)?.Factors.Where(f => Register.Known.IsNeeded(f, risk) && !given.Exists(g => g.Key == f)) ?? [])
            problems.Add(new(row.Number, words.Of(factor.Name), "rate.value.needed"));
        var rated = methods.Rate(exercise, inputs);
        if (!rated.Succeeded)
            problems.Add(new(row.Number, null, rated.Errors[0].Message, rated.Errors[0].Arguments));
        else if (rated.Value is { } rating && reason is not null && source is not null)
        {
            rating.Reasons = inputs.Keys.ToDictionary(k => k, _ => reason);
            rating.Sources = inputs.Keys.ToDictionary(k => k, _ => source);
            (rating.ById, rating.On) = (ws.PersonId, ws.Today);
            risk.Rate(rating);
        }
    }

    private static string? Find(IReadOnlyList<Choice> known, string text) => known.FirstOrDefault(c => c.Value == text || string.Equals(c.Text, text, StringComparison.OrdinalIgnoreCase))?.Value;
}
