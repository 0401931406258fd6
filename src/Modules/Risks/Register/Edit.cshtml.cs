using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Groups;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Register;

/// <summary>Describe a risk: what could happen to which assets, through which weakness, and who owns it.</summary>
[Access(Area.Risks)]
public sealed class EditModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    /// <summary>Words typed into the asset picker.</summary>
    [BindProperty]
    public string? Find { get; set; }

    internal Choices Options { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? id, string? exercise, string? group, string? threats, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Open(id, exercise, group, threats), cancellationToken) is not { } command)
            return NotFound();
        Input = command;
        return await ShowAsync(cancellationToken);
    }

    /// <summary>Searches assets and groups; what was chosen stays chosen.</summary>
    public async Task<IActionResult> OnPostPickAsync(CancellationToken cancellationToken)
    {
        ModelState.Clear();
        if (await ShowAsync(cancellationToken) is not PageResult page)
            return NotFound();
        return Request.Headers.ContainsKey("HX-Request") ? Partial("_Picker", this) : page;
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(ws.Url("risks/register/detail", ("id", Input.Id)), result.Value switch { RiskState.Draft => "risk.saved.draft", RiskState.Unrated => "risk.saved", _ => "risk.saved.rated" });
        return await ShowAsync(cancellationToken) is PageResult ? this.Refused(result) : NotFound();
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Ask(Input, Find), cancellationToken) is not { } options)
            return NotFound();
        Options = options;
        return options.MayEdit ? Page() : StatusCode(403);
    }

    /// <summary>The form as it is opened.</summary>
    internal sealed record Open(string? Id, string? ExerciseId, string? GroupId, string? ThreatClass) : IQuery<Command?>;

    internal sealed class OpenHandler(WorkspaceContext ws) : IQueryHandler<Open, Command?>
    {
        public async Task<Command?> Handle(Open request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (request.Id is not null)
                return await session.FindAsync<Risk>(request.Id, cancellationToken) is { } risk ? Command.From(risk) : null;
            if (await session.FindAsync<Exercise>(request.ExerciseId, cancellationToken) is not { } exercise)
                return null;
            var group = await session.FindAsync<AssetGroup>(request.GroupId, cancellationToken);
            return new() { ExerciseId = exercise.Id, GroupIds = group is null ? [] : [group.Id], ThreatClass = request.ThreatClass };
        }
    }

    /// <summary>What the form offers.</summary>
    internal sealed record Ask(Command Input, string? Find) : IQuery<Choices?>;

    internal sealed record Choices(
        bool IsNew,
        bool MayEdit,
        Exercise Exercise,
        Risk? Stored,
        IReadOnlyList<Choice> Chosen,
        IReadOnlyList<Choice> Found,
        bool More,
        IReadOnlyList<Choice> People,
        IReadOnlyList<Choice> Classes,
        IReadOnlyList<Choice> Threats,
        IReadOnlyList<Choice> Vulnerabilities,
        IReadOnlyList<Choice> Implementations,
        PersonBook Persons);

    internal sealed class AskHandler(WorkspaceContext ws, Persons persons, ThreatDirectory threats) : IQueryHandler<Ask, Choices?>
    {
        private const int Shown = 20;

        public async Task<Choices?> Handle(Ask request, CancellationToken cancellationToken)
        {
            var (session, input) = (ws.OpenSession(), request.Input);
            if (await session.FindAsync<Exercise>(input.ExerciseId, cancellationToken) is not { } exercise)
                return null;
            var stored = await session.FindAsync<Risk>(input.Id, cancellationToken);
            var groups = await session.FindManyAsync<AssetGroup>(input.GroupIds, cancellationToken);
            var assets = await session.FindManyAsync<Asset>(input.AssetIds, cancellationToken);

            List<Choice> found = [];
            var more = false;
            if (request.Find is not null || input.AssetIds.Count + input.GroupIds.Count == 0)
            {
                var foundGroups = await session.QueryAsync<AssetGroup>(Query.All.Where("state", "active").Search(request.Find).OrderBy("ref").Take(Shown), cancellationToken);
                var foundAssets = await session.QueryAsync<Asset>(Query.All.WhereNot("state", AssetState.Retired).Search(request.Find).OrderBy("ref").Take(Shown), cancellationToken);
                found = [.. foundGroups.Items.Where(g => !groups.ContainsKey(g.Id)).Select(Of), .. foundAssets.Items.Where(a => !assets.ContainsKey(a.Id)).Select(Of)];
                more = foundGroups.Next is not null || foundAssets.Next is not null;
            }

            var book = await persons.ReadAsync(cancellationToken);
            var inPlace = await session.QueryAsync<ControlImplementation>(Query.All.WhereIn("state", ["inPlace", "partly"]).OrderBy("ref").Take(1000), cancellationToken);
            var kept = await session.FindManyAsync<ControlImplementation>(input.ExistingControls.Select(c => c.ImplementationId).OfType<string>().Except(inPlace.Items.Select(i => i.Id)), cancellationToken);
            return new(
                stored is null,
                stored is null ? ws.May(Area.Risks, Verb.Edit) : ws.MayEdit(Area.Risks, stored.OwnerId),
                exercise,
                stored,
                [.. groups.Values.OrderBy(g => g.Reference, StringComparer.Ordinal).Select(Of), .. assets.Values.OrderBy(a => a.Reference, StringComparer.Ordinal).Select(Of)],
                found,
                more,
                book.Choices([input.OwnerId, .. input.OtherOwnerIds]),
                threats.With(input.ThreatClass, threats.Classes),
                threats.With(input.Threat, threats.Threats),
                threats.With(input.Vulnerability, threats.Vulnerabilities),
                [.. kept.Values.Concat(inPlace.Items).Select(i => new Choice(i.Id, $"{i.Reference} {i.Name}"))],
                book);
        }

        private static Choice Of(AssetGroup group) => new(group.Id, $"{group.Reference} {group.Name}", "GroupIds");

        private static Choice Of(Asset asset) => new(asset.Id, $"{asset.Reference} {asset.Name}", "AssetIds");
    }

    /// <summary>Saves the description of a risk. Answers the state it has now.</summary>
    [Requires(Area.Risks, Verb.Edit), Requires(Area.Risks, Verb.OwnRows)]
    public sealed class Command : ICommand<RiskState>
    {
        public string Id { get; set; } = Document.NewId();

        public long Seen { get; set; }

        public string ExerciseId { get; set; } = "";

        public string Title { get; set; } = "";

        public List<string> AssetIds { get; set; } = [];

        public List<string> GroupIds { get; set; } = [];

        public string? Threat { get; set; }

        public string? ThreatClass { get; set; }

        public string? ThreatWords { get; set; }

        public string? Vulnerability { get; set; }

        public string? VulnerabilityWords { get; set; }

        public bool HarmsC { get; set; }

        public bool HarmsI { get; set; }

        public bool HarmsA { get; set; }

        public string? Event { get; set; }

        public string? Consequence { get; set; }

        public List<ConsequenceKind> ConsequenceKinds { get; set; } = [];

        public string? Service { get; set; }

        public string? Category { get; set; }

        public string? OwnerId { get; set; }

        public List<string> OtherOwnerIds { get; set; } = [];

        public List<ControlRow> ExistingControls { get; set; } = [];

        public DutyKind? Duty { get; set; }

        public string? DutySource { get; set; }

        internal static Command From(Risk risk) => new()
        {
            Id = risk.Id,
            Seen = risk.Version,
            ExerciseId = risk.ExerciseId,
            Title = risk.Title,
            AssetIds = risk.AssetIds,
            GroupIds = risk.GroupIds,
            Threat = risk.Threat,
            ThreatClass = risk.ThreatClass,
            ThreatWords = risk.ThreatWords,
            Vulnerability = risk.Vulnerability,
            VulnerabilityWords = risk.VulnerabilityWords,
            HarmsC = risk.HarmsC,
            HarmsI = risk.HarmsI,
            HarmsA = risk.HarmsA,
            Event = risk.Event,
            Consequence = risk.Consequence,
            ConsequenceKinds = risk.ConsequenceKinds,
            Service = risk.Service,
            Category = risk.Category,
            OwnerId = risk.OwnerId,
            OtherOwnerIds = risk.OtherOwnerIds,
            ExistingControls = [.. risk.ExistingControls.Select(c => new ControlRow { Name = c.Name, Works = c.Works, Effect = c.Effect, ImplementationId = c.ImplementationId })],
            Duty = risk.Duty,
            DutySource = risk.DutySource,
        };

        internal void Put(Risk risk)
        {
            risk.Title = Title.Trim();
            risk.AssetIds = [.. AssetIds.Distinct()];
            risk.GroupIds = [.. GroupIds.Distinct()];
            risk.Threat = Threat;
            risk.ThreatClass = ThreatClass;
            risk.ThreatWords = ThreatWords;
            risk.Vulnerability = Vulnerability;
            risk.VulnerabilityWords = VulnerabilityWords;
            risk.HarmsC = HarmsC;
            risk.HarmsI = HarmsI;
            risk.HarmsA = HarmsA;
            risk.Event = Event;
            risk.Consequence = Consequence;
            risk.ConsequenceKinds = [.. ConsequenceKinds.Distinct()];
            risk.Service = Service;
            risk.Category = Category;
            risk.OwnerId = OwnerId;
            risk.OtherOwnerIds = [.. OtherOwnerIds.Distinct()];
            risk.ExistingControls = [.. ExistingControls.Where(c => !string.IsNullOrWhiteSpace(c.Name)).Select(c => new ExistingControl(c.Name!.Trim(), c.Works, c.Effect, c.ImplementationId))];
            risk.Duty = Duty;
            risk.DutySource = DutySource;
        }
    }

    /// <summary>A line of existing controls; empty lines are left out.</summary>
    public sealed class ControlRow
    {
        public string? Name { get; set; }

        public ControlWorks Works { get; set; } = ControlWorks.NotChecked;

        public string? Effect { get; set; }

        public string? ImplementationId { get; set; }

        public override string ToString() => string.IsNullOrEmpty(Effect) ? Name ?? "" : $"{Name}: {Effect}";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Id).Must(Document.IsId).WithMessage("validation.value");
            RuleFor(c => c.Title).NotEmpty().WithMessage("risk.title.needed").MaximumLength(300);
            RuleFor(c => c.AssetIds).Must(a => a.Count <= 500).WithMessage("risk.assets.many");
            RuleFor(c => c.ThreatClass).NotEmpty().When(c => string.IsNullOrEmpty(c.Threat) && !string.IsNullOrWhiteSpace(c.ThreatWords)).WithMessage("risk.threatclass.needed");
            RuleFor(c => c.ThreatWords).MaximumLength(1000);
            RuleFor(c => c.VulnerabilityWords).MaximumLength(1000);
            RuleFor(c => c.Event).MaximumLength(4000);
            RuleFor(c => c.Consequence).MaximumLength(4000);
            RuleFor(c => c.Service).MaximumLength(300);
            RuleFor(c => c.Category).MaximumLength(100);
            RuleFor(c => c.DutySource).NotEmpty().When(c => c.Duty is not null).WithMessage("risk.dutysource.needed").MaximumLength(1000);
            RuleFor(c => c.ExistingControls).Must(rows => rows.Count <= 100);
        }
    }

    internal sealed class Handler(WorkspaceContext ws, Persons persons, ThreatDirectory threats) : ICommandHandler<Command, RiskState>
    {
        public async Task<Result<RiskState>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var stored = await session.FindAsync<Risk>(request.Id, cancellationToken);
            if (stored is null && request.Seen > 0)
                return Error.NotFound();
            if (await session.FindAsync<Exercise>(stored?.ExerciseId ?? request.ExerciseId, cancellationToken) is not { } exercise)
                return Error.NotFound();
            if (!(stored is null ? ws.May(Area.Risks, Verb.Edit) : ws.MayEdit(Area.Risks, stored.OwnerId)))
                return Error.Forbidden("risk.notyours");
            if (exercise.State == ExerciseState.Closed)
                return Error.Conflict("exercise.isclosed");
            if (await FaultsAsync(session, request, stored, cancellationToken) is { Count: > 0 } faults)
                return faults;

            if (threats.ClassOf(request.Threat) is { } threatClass)
                request.ThreatClass = threatClass;
            var twice = SentTwice.Before(stored, request.Seen);
            var risk = stored ?? new Risk { Id = request.Id, ExerciseId = exercise.Id, Title = request.Title };
            risk.Change(request.Put);
            var gaps = risk.Gaps().ToList();
            if (risk.State is RiskState.Rated or RiskState.Dismissed && gaps.Count > 0)
                return (List<Error>)[.. gaps.Select(g => Error.Invalid("risk.gap." + g, Field(g)))];
            if (risk.State is RiskState.Draft or RiskState.Unrated)
                risk.State = gaps.Count > 0 ? RiskState.Draft : RiskState.Unrated;

            if (twice.Is(risk))
                return risk.State;
            if (stored is null)
            {
                session.Next("RISK", n => risk.Reference = $"RISK-{n:0000}");
                session.Add(risk, "risk.add");
            }
            else
            {
                session.Update(risk, request.Seen, "risk.edit");
            }

            session.Guard(exercise);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? risk.State : (List<Error>)[.. saved.Errors];
        }

        /// <summary>Every id of the form is looked up in this workspace.</summary>
        private async Task<List<Error>> FaultsAsync(IDocumentSession session, Command request, Risk? stored, CancellationToken cancellationToken)
        {
            List<Error> faults = [];
            if ((await session.FindManyAsync<Asset>(request.AssetIds, cancellationToken)).Count != request.AssetIds.Distinct().Count())
                faults.Add(Error.Invalid("risk.assets.unknown", nameof(request.AssetIds)));
            if ((await session.FindManyAsync<AssetGroup>(request.GroupIds, cancellationToken)).Count != request.GroupIds.Distinct().Count())
                faults.Add(Error.Invalid("risk.assets.unknown", nameof(request.GroupIds)));

            var book = await persons.ReadAsync(cancellationToken);
            if (book.Refusal(request.OwnerId, stored?.OwnerId, nameof(request.OwnerId)) is { } refusal)
                faults.Add(refusal);
            else if (request.OwnerId != stored?.OwnerId && !ws.May(Area.Risks, Verb.Edit))
                faults.Add(Error.Invalid("risk.owner.notyours", nameof(request.OwnerId)));
            faults.AddRange(request.OtherOwnerIds.Select(o => book.Refusal(o, stored?.OtherOwnerIds.Find(b => b == o), nameof(request.OtherOwnerIds))).OfType<Error>().Take(1));

            if (request.Threat is not null && request.Threat != stored?.Threat && !threats.Threats.Any(t => t.Value == request.Threat))
                faults.Add(Error.Invalid("risk.threat.unknown", nameof(request.Threat)));
            if (request.ThreatClass is not null && request.ThreatClass != stored?.ThreatClass && !threats.Classes.Any(t => t.Value == request.ThreatClass))
                faults.Add(Error.Invalid("risk.threat.unknown", nameof(request.ThreatClass)));
            if (request.Vulnerability is not null && request.Vulnerability != stored?.Vulnerability && !threats.Vulnerabilities.Any(t => t.Value == request.Vulnerability))
                faults.Add(Error.Invalid("risk.vulnerability.unknown", nameof(request.Vulnerability)));

            var implementations = await session.FindManyAsync<ControlImplementation>(request.ExistingControls.Where(c => c.ImplementationId is not null).Select(c => c.ImplementationId!), cancellationToken);
            for (var i = 0; i < request.ExistingControls.Count; i++)
            {
                var row = request.ExistingControls[i];
                if (row.ImplementationId is null)
                    continue;
                if (!implementations.TryGetValue(row.ImplementationId, out var implementation))
                    faults.Add(Error.Invalid("risk.implementation.unknown", $"{nameof(request.ExistingControls)}[{i}].{nameof(row.ImplementationId)}"));
                else if (implementation.State is ImplementationState.Planned or ImplementationState.Withdrawn && stored?.ExistingControls.Exists(c => c.ImplementationId == implementation.Id) != true)
                    faults.Add(Error.Invalid("risk.implementation.planned", $"{nameof(request.ExistingControls)}[{i}].{nameof(row.ImplementationId)}", implementation.Reference));
                else if (string.IsNullOrWhiteSpace(row.Name))
                    row.Name = implementation.Name;
            }

            return faults;
        }

        private static string Field(string gap) => gap switch
        {
            "assets" => nameof(Command.GroupIds),
            "threat" => nameof(Command.Threat),
            "vulnerability" => nameof(Command.Vulnerability),
            "harms" => nameof(Command.HarmsC),
            _ => nameof(Command.OwnerId),
        };
    }
}
