using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Scales;
using IsmsModular.Risks.Soa;

namespace IsmsModular.Risks.Samples;

/// <summary>Many records for measuring. Bulk work on sessions, since a hundred thousand commands would take an hour; every record still passes the domain's own methods and the log.</summary>
internal sealed class LargeSample(WorkspaceContext ws, IPeople people, Methods methods, IWorkspaceMethodologies catalog, SnapshotRepository snapshots, ControlDirectory controls, ThreatDirectory threats) : ILargeSample
{
    private const int InOneSave = 1000;

    private static readonly string[] Posts = ["Head of Operations", "Head of ICT", "Head of Finance", "Head of Sales", "Head of Production", "Head of Logistics", "Head of Laboratory", "Head of Facilities", "Head of Human Resources", "Head of Customer Service", "Plant Manager North", "Plant Manager South", "Network Manager", "Service Desk Manager", "Data Protection Officer", "Application Manager"];
    private static readonly (string Name, AssetType Type)[] Kinds = [("Server", AssetType.Physical), ("Laptop", AssetType.Physical), ("Network device", AssetType.Physical), ("Controller", AssetType.Physical), ("Business application", AssetType.Software), ("Database", AssetType.Software), ("Contract file", AssetType.Information), ("Customer file", AssetType.Information), ("Drawing set", AssetType.Information), ("Cloud service", AssetType.Service), ("Support contract", AssetType.Service), ("Shift team", AssetType.People)];
    private static readonly string[] Sites = ["Head office", "Data centre", "Plant North", "Plant South", "Depot", "Laboratory", "Branch East", "Branch West"];
    private static readonly string[] Reasons = ["Incident log of two years", "Interview with the owner", "Report of the last audit", "Advice of the supplier", "Figures of the sector"];

    private Random random = new(0);
    private long written;

    public async Task<long> GenerateAsync(int assets, int risks, int seed, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        random = new(seed);
        written = 0;
        var owners = new List<string>();
        foreach (var post in Posts)
        {
            var ensured = await people.EnsureAsync(post, null, [Role.RiskOwner, Role.AssetOwner], cancellationToken);
            owners.Add(ensured.Value);
        }

        var groups = Groups(Math.Clamp(assets / 40, 1, 400), owners).ToList();
        await SaveAsync(groups, "group.add", "GRP", (g, n) => g.Reference = $"GRP-{n:00}", progress, cancellationToken);
        var assetIds = new List<string>(assets);
        await SaveAsync(Assets(assets, groups, owners, assetIds), "asset.add", "ASSET", (a, n) => a.Reference = $"ASSET-{n:0000}", progress, cancellationToken);

        var keys = controls.Catalogues.SelectMany(c => c.Items.Where(ControlDirectory.IsControl).Select(i => new ControlRef(c.Id, i.Id))).ToList();
        await SaveAsync(Implementations(keys, owners), "implementation.add", "IMPL", (i, n) => i.Reference = $"IMPL-{n:0000}", progress, cancellationToken);
        var exercise = await ExerciseAsync(cancellationToken);
        var taken = new List<(string Id, List<string> Controls)>();
        await SaveAsync(Risks(risks, exercise, groups, assetIds, owners, keys, taken), "risk.add", "RISK", (r, n) => r.Reference = $"RISK-{n:0000}", progress, cancellationToken);
        await SaveAsync(Tasks(taken, owners), "task.add", "TASK", (t, n) => t.Reference = $"TASK-{n:0000}", progress, cancellationToken);
        await SaveAsync(await StatementAsync(keys, cancellationToken), "soa.decide", null, (_, _) => { }, progress, cancellationToken);
        return written;
    }

    /// <summary>ULIDs from the seed, so that two workspaces of one seed are alike.</summary>
    private string Id()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        bytes[0] = 1;
        return new Ulid(bytes).ToString();
    }

    private T One<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private Valuation Value()
    {
        CriterionValue Tier() => new(1 + Math.Min(4, random.Next(5) + random.Next(2)), One(Reasons));
        return new() { C = Tier(), I = Tier(), A = Tier(), On = ws.Today, ScaleVersion = 1 };
    }

    private IEnumerable<AssetGroup> Groups(int count, List<string> owners)
    {
        for (var i = 0; i < count; i++)
        {
            var (name, type) = Kinds[i % Kinds.Length];
            yield return new() { Id = Id(), Name = $"{name}s, {Sites[i / Kinds.Length % Sites.Length]} {i / (Kinds.Length * Sites.Length) + 1}", Type = type, OwnerId = One(owners), Criteria = "Alike in kind, place and value", Valuation = Value() };
        }
    }

    private IEnumerable<Asset> Assets(int count, List<AssetGroup> groups, List<string> owners, List<string> ids)
    {
        for (var i = 0; i < count; i++)
        {
            var group = groups[i % groups.Count];
            var asset = new Asset
            {
                Id = Id(),
                Name = $"{group.Name.Split(',')[0].TrimEnd('s')} {i + 1}",
                Type = group.Type,
                Kind = random.Next(12) == 0 ? AssetKind.Primary : AssetKind.Supporting,
                GroupId = group.Id,
                Units = random.Next(4) == 0 ? 1 + random.Next(40) : 1,
                OwnerId = random.Next(50) == 0 ? null : One(owners),
                CustodianId = One(owners),
                Site = One(Sites),
                Classification = random.Next(20) == 0 ? null : (Classification)random.Next(4),
                PersonalData = random.Next(6) == 0,
                Identifier = random.Next(15) == 0 ? null : $"SN-{random.Next(1_000_000):000000}",
                SourceSystem = "Inventory",
                Valuation = group.Valuation,
                LastConfirmedOn = ws.Today.AddDays(-random.Next(400)),
            };
            ids.Add(asset.Id);
            yield return asset;
        }
    }

    private IEnumerable<ControlImplementation> Implementations(List<ControlRef> keys, List<string> owners) => keys.Select(k => new ControlImplementation
    {
        Id = Id(),
        ControlKey = k.Key,
        Name = $"Procedure for {k.Id}",
        OwnerId = One(owners),
        OperatorId = One(owners),
        Site = One(Sites),
        State = (ImplementationState)random.Next(3),
        Kind = (ControlKind)random.Next(3),
        PlannedOn = ws.Today.AddDays(random.Next(-300, 300)),
        Evidence = random.Next(3) == 0 ? [] : [new("Record of the last check", ws.Today.AddDays(-random.Next(300)), "Document store")],
    });

    private async Task<Exercise> ExerciseAsync(CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        var exercise = new Exercise { Id = Id(), Name = "Large exercise", ScopePart = "Everything", StartOn = ws.Today.AddDays(-60), MethodologyId = ws.Workspace.Methodology };
        var method = await catalog.FindAsync(exercise.MethodologyId, null, cancellationToken) ?? throw new InvalidOperationException($"The methodology {exercise.MethodologyId} is not active.");
        var parameters = ws.Workspace.MethodologyParameters ?? method.DefaultParameters;
        exercise.Take(method, parameters);
        exercise.Start(method.Version, parameters, await session.FindAsync<ValuationScale>(ValuationScale.TheId, cancellationToken) ?? ValuationScale.Default(), ws.Now);
        var levels = methods.Form(exercise)!.Levels;
        exercise.Criteria = new() { Acceptable = [.. levels.Take(levels.Count * 2 / 5).Select(l => l.Key)], ByException = [.. levels.Skip(levels.Count * 2 / 5).Take(1).Select(l => l.Key)] };
        await snapshots.FreezeAsync(exercise, session, cancellationToken);
        session.Next("EX", n => exercise.Reference = $"EX-{n:00}");
        session.Add(exercise, "exercise.add");
        var saved = await session.SaveAsync(cancellationToken);
        return saved.Succeeded ? exercise : throw new StoreException(saved.Errors[0].Message);
    }

    private IEnumerable<Risk> Risks(int count, Exercise exercise, List<AssetGroup> groups, List<string> assets, List<string> owners, List<ControlRef> keys, List<(string Id, List<string> Controls)> taken)
    {
        var factors = methods.Form(exercise)!.Factors;
        var known = new Dictionary<string, Rating?>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var (threat, vulnerability) = (One(threats.Threats), One(threats.Vulnerabilities));
            var group = One(groups);
            var risk = new Risk
            {
                Id = Id(),
                ExerciseId = exercise.Id,
                Title = $"{threat.Text} at {group.Name}",
                GroupIds = [group.Id],
                AssetIds = random.Next(3) == 0 ? [One(assets)] : [],
                Threat = threat.Value,
                ThreatClass = threats.ClassOf(threat.Value),
                Vulnerability = vulnerability.Value,
                HarmsC = random.Next(2) == 0,
                HarmsI = random.Next(2) == 0,
                HarmsA = true,
                Event = $"{threat.Text} while {char.ToLowerInvariant(vulnerability.Text[0])}{vulnerability.Text[1..]}",
                Consequence = "Service is worse than agreed, and somebody has to explain it.",
                ConsequenceKinds = [(ConsequenceKind)random.Next(6)],
                OwnerId = One(owners),
                ExistingControls = [new("Procedure in use", (ControlWorks)random.Next(4), null)],
                Duty = random.Next(10) == 0 ? DutyKind.Contract : null,
                ReviewOn = ws.Today.AddDays(random.Next(-20, 300)),
            };
            if (risk.HasDuty)
                risk.DutySource = "Customer contract";
            if (random.Next(40) == 0)
            {
                risk.State = RiskState.Unrated;
                yield return risk;
                continue;
            }

            risk.Rate(Rate(exercise, factors, known, 0));
            if (risk.Current is { } rating && random.Next(5) > 0)
            {
                var retained = exercise.Criteria.For(rating) == Handling.Acceptable;
                risk.Treatment = new() { Option = retained ? TreatmentOption.Retain : TreatmentOption.Modify, Reason = "Decided with the owner", Controls = retained || keys.Count == 0 ? [] : [One(keys), One(keys)], CostOnce = retained ? null : random.Next(1, 200) * 1000 };
                risk.Target = retained ? rating : Rate(exercise, factors, known, 2);
                if (!retained && taken.Count < 20_000 && random.Next(8) == 0)
                    taken.Add((risk.Id, [.. risk.Treatment.Controls.Select(c => c.Key).Distinct()]));
            }

            yield return risk;
        }
    }

    /// <summary>A rating with tiers at random; <paramref name="lower"/> takes the worst tiers away, for a target.</summary>
    private Rating? Rate(Exercise exercise, IReadOnlyList<Factor> factors, Dictionary<string, Rating?> known, int lower)
    {
        var inputs = factors.Where(f => f.Needed).ToDictionary(f => f.Key, f => f.Kind switch
        {
            FactorKind.Choice => FactorValue.Text(f.Tiers[Math.Min(random.Next(f.Tiers.Count), Math.Max(0, f.Tiers.Count - 1 - random.Next(lower + 1)))].Key),
            FactorKind.Number => FactorValue.Number(Math.Round((f.Minimum ?? 0) + random.NextDouble() * ((f.Maximum ?? 10) - (f.Minimum ?? 0)))),
            _ => FactorValue.None,
        });
        var key = string.Join('|', inputs.Values);
        if (!known.TryGetValue(key, out var rating))
            known[key] = rating = methods.Rate(exercise, inputs) is { Succeeded: true } rated ? rated.Value : null;
        if (rating is null)
            return null;
        return new()
        {
            Inputs = rating.Inputs, MethodologyId = rating.MethodologyId, MethodologyVersion = rating.MethodologyVersion, Level = rating.Level, Value = rating.Value, Order = rating.Order, LevelAt = rating.LevelAt, Y = rating.Y, X = rating.X,
            Outputs = rating.Outputs, Criteria = rating.Criteria, Steps = rating.Steps, On = ws.Today.AddDays(-random.Next(60)),
            Reasons = inputs.Keys.ToDictionary(k => k, _ => "Agreed in the workshop"),
            Sources = inputs.Keys.ToDictionary(k => k, _ => One(Reasons)),
        };
    }

    private IEnumerable<PlanTask> Tasks(List<(string Id, List<string> Controls)> taken, List<string> owners) => taken.Select(t =>
    {
        var percent = random.Next(5) * 25;
        return new PlanTask
        {
            Id = Id(),
            Title = $"Put {string.Join(", ", t.Controls.Select(PlanContent.ShortControl))} into practice",
            RiskIds = [t.Id],
            ControlKeys = t.Controls,
            ResponsibleId = One(owners),
            AccountableId = One(owners),
            CostOnce = random.Next(1, 100) * 1000,
            DueOn = ws.Today.AddDays(random.Next(-60, 300)),
            Percent = percent,
            State = percent switch { 0 => PlanTaskState.Planned, 100 => PlanTaskState.Done, _ => PlanTaskState.InProgress },
            DoneOn = percent == 100 ? ws.Today.AddDays(-random.Next(60)) : null,
            Priority = (TaskPriority)random.Next(3),
        };
    });

    private async Task<List<SoaRow>> StatementAsync(List<ControlRef> keys, CancellationToken cancellationToken)
    {
        var decided = await ws.OpenSession().FindManyAsync<SoaRow>(keys.Select(k => SoaRow.IdOf(k.Key)), cancellationToken);
        return [.. keys.Where(k => !decided.ContainsKey(SoaRow.IdOf(k.Key))).Select(k =>
        {
            var row = SoaRow.For(k);
            row.Include([new(SoaReasonKind.Risk, null, null)], (SoaStatus)random.Next(3));
            return row;
        })];
    }

    private async Task SaveAsync<T>(IEnumerable<T> documents, string action, string? series, Action<T, long> number, IProgress<long>? progress, CancellationToken cancellationToken)
        where T : Document
    {
        foreach (var slice in documents.Chunk(InOneSave))
        {
            var session = ws.OpenSession();
            foreach (var document in slice)
            {
                if (series is not null)
                    session.Next(series, n => number(document, n));
                session.Add(document, action);
            }

            var saved = await session.SaveAsync(cancellationToken);
            if (!saved.Succeeded)
                throw new StoreException($"{saved.Errors[0].Message} {saved.Errors[0].Field}");
            written += slice.Length;
            progress?.Report(written);
        }
    }
}
