using FluentValidation;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Catalogues;

/// <summary>Which sector guides extend the statement, and from which threats and vulnerabilities risks choose.</summary>
[Access(Area.Soa, Verb.Edit)]
public sealed class ChooseModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal View Shown { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Shown = await mediator.Send(new Query(), cancellationToken);
        Input = new() { Seen = Shown.Seen, Extensions = [.. Shown.Extensions], Threats = [.. Shown.Threats], Vulnerabilities = [.. Shown.Vulnerabilities] };
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var chosen = await mediator.Send(Input, cancellationToken);
        if (chosen.Succeeded)
            return this.Done(ws.Url("risks/soa"), "catalogues.chosen");
        Shown = await mediator.Send(new Query(), cancellationToken);
        return this.Refused(chosen);
    }

    [Requires(Area.Soa, Verb.Edit)]
    public sealed record Command : ICommand<Done>
    {
        public long Seen { get; init; }

        public List<string> Extensions { get; init; } = [];

        public List<string> Threats { get; init; } = [];

        public List<string> Vulnerabilities { get; init; } = [];
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Threats).NotEmpty().WithMessage("catalogues.error.onethreat");
            RuleFor(c => c.Vulnerabilities).NotEmpty().WithMessage("catalogues.error.onevulnerability");
        }
    }

    internal sealed class Handler(WorkspaceContext ws, WorkspaceCatalogues catalogues, CatalogueUse uses) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var stored = await session.FindAsync<CatalogueChoice>(CatalogueChoice.TheId, cancellationToken);
            var choice = stored ?? CatalogueChoice.Fresh();
            List<string> extensions = [.. request.Extensions.Distinct()];
            if (extensions.Except(choice.Extensions).Except(catalogues.Guides().Select(g => g.Guide.Id)).Any())
                return Error.Invalid("validation.value", nameof(request.Extensions));
            if (request.Threats.Exists(k => catalogues.Find(k) is not { Kind: CatalogueKind.Threats }))
                return Error.Invalid("validation.value", nameof(request.Threats));
            if (request.Vulnerabilities.Exists(k => catalogues.Find(k) is not { Kind: CatalogueKind.Vulnerabilities }))
                return Error.Invalid("validation.value", nameof(request.Vulnerabilities));

            List<Error> errors = [];
            foreach (var gone in choice.Extensions.Except(extensions))
            {
                if (await uses.OfAsync(session, gone) is { Any: true } use)
                    errors.Add(Error.Invalid("catalogues.error.inuse", nameof(request.Extensions), catalogues.Find(gone)?.Name ?? gone, use.Decisions.ToString(Invariant), use.Risks.ToString(Invariant), use.Implementations.ToString(Invariant), use.Tasks.ToString(Invariant)));
            }

            if (errors.Count > 0)
                return errors;
            (choice.Extensions, choice.Threats, choice.Vulnerabilities) = (extensions, [.. request.Threats.Distinct()], [.. request.Vulnerabilities.Distinct()]);
            if (stored is null)
                session.Add(choice, "catalogue.choose");
            else
                session.Update(choice, request.Seen, "catalogue.choose");
            var saved = await session.SaveAsync(cancellationToken);
            catalogues.Refresh();
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }

        private static readonly System.Globalization.CultureInfo Invariant = System.Globalization.CultureInfo.InvariantCulture;
    }

    internal sealed record Query : IQuery<View>;

    /// <param name="Base">The base edition, or null.</param>
    /// <param name="Guides">Sector guides as choices.</param>
    internal sealed record View(Catalogue? Base, long Seen, IReadOnlyList<Choice> Guides, IReadOnlyList<Choice> ThreatChoices, IReadOnlyList<Choice> VulnerabilityChoices, IReadOnlyList<string> Extensions, IReadOnlyList<string> Threats, IReadOnlyList<string> Vulnerabilities);

    internal sealed class QueryHandler(WorkspaceContext ws, WorkspaceCatalogues catalogues, IWords words) : IQueryHandler<Query, View>
    {
        public async Task<View> Handle(Query request, CancellationToken cancellationToken)
        {
            var stored = await ws.OpenSession().FindAsync<CatalogueChoice>(CatalogueChoice.TheId, cancellationToken);
            var at = catalogues.Base;
            var guides = catalogues.Guides().Select(g => new Choice(g.Guide.Id, Name(g.Guide, words["catalogue.count", g.Guide.Items.Count(i => i.Kind == "control")]), g.IsForBase ? words["catalogues.forbase", at?.Name ?? ""] : words["catalogues.forother"])).ToList();
            // What was chosen and is not offered (any more) can still be taken away.
            guides.AddRange(catalogues.Choice.Extensions.Where(k => !guides.Exists(g => g.Value == k)).Select(k => new Choice(k, catalogues.Find(k)?.Name ?? words["catalogues.inactive", k], words["catalogues.forother"])));
            return new(at, stored?.Version ?? 0, guides, Of(CatalogueKind.Threats), Of(CatalogueKind.Vulnerabilities), catalogues.Choice.Extensions, [.. catalogues.Threats.Select(c => c.Id)], [.. catalogues.Vulnerabilities.Select(c => c.Id)]);
        }

        /// <summary>How many rows are not confirmed is said before the catalogue is taken.</summary>
        private string Name(Catalogue catalogue, string size) => catalogue.Items.Count(i => !i.Confirmed) is > 0 and var unsure ? $"{catalogue.Name} ({size}; {words["catalogues.unsure", unsure, catalogue.Items.Count]})" : $"{catalogue.Name} ({size})";

        private List<Choice> Of(CatalogueKind kind) => [.. catalogues.All.Where(c => c.Kind == kind).Select(c => new Choice(c.Id, Name(c, words["catalogues.rows", words.Number(c.Items.Count)])))];
    }
}
