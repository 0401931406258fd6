using FluentValidation;
using IsmsModular.Platform.Results;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Soa;

/// <summary>What a form says about one control or several: included with reasons, or excluded with what would reopen it.</summary>
public abstract record SoaAnswer
{
    public SoaDecision? Decision { get; init; }

    public List<SoaReasonKind> Kinds { get; init; } = [];

    public string? LawWords { get; init; }

    public string? ContractWords { get; init; }

    public string? BusinessWords { get; init; }

    public string? PracticeWords { get; init; }

    public SoaStatus? Status { get; init; }

    public string? ExclusionReason { get; init; }

    public string? ReopenIf { get; init; }

    public string? ConfirmedById { get; init; }

    public DateOnly? ConfirmedOn { get; init; }

    internal string? WordsOf(SoaReasonKind kind) => (kind switch
    {
        SoaReasonKind.Law => LawWords,
        SoaReasonKind.Contract => ContractWords,
        SoaReasonKind.Business => BusinessWords,
        SoaReasonKind.GoodPractice => PracticeWords,
        _ => null,
    })?.Trim() is { Length: > 0 } words ? words : null;

    /// <summary>Writes the answer into a row. Risks are linked where risk is a reason.</summary>
    internal void Apply(SoaRow row, IReadOnlyList<string> riskIds)
    {
        if (Decision == SoaDecision.Excluded)
            row.Exclude(ExclusionReason!.Trim(), ReopenIf!.Trim(), ConfirmedById!, ConfirmedOn!.Value);
        else
            row.Include(Kinds.Distinct().Order().SelectMany(k => Reasons(k, riskIds)), Status!.Value);
    }

    private IEnumerable<SoaReason> Reasons(SoaReasonKind kind, IReadOnlyList<string> riskIds) =>
        kind == SoaReasonKind.Risk && riskIds.Count > 0 ? riskIds.Select(id => new SoaReason(kind, id, null)) : [new SoaReason(kind, null, WordsOf(kind))];

    /// <summary>Facts that need the workspace.</summary>
    internal Error? Refused(PersonBook people, DateOnly today) =>
        Decision != SoaDecision.Excluded ? null
        : people.Find(ConfirmedById) is null ? Error.Invalid("soa.error.person", nameof(ConfirmedById))
        : ConfirmedOn > today ? Error.Invalid("soa.error.future", nameof(ConfirmedOn))
        : null;
}

/// <summary>Shape of an answer.</summary>
internal abstract class SoaAnswerValidator<T> : AbstractValidator<T>
    where T : SoaAnswer
{
    protected SoaAnswerValidator()
    {
        RuleFor(c => c.Decision).NotNull().WithMessage("soa.error.decision");
        RuleForEach(c => c.Kinds).IsInEnum();
        When(c => c.Decision == SoaDecision.Included, () =>
        {
            RuleFor(c => c.Kinds).NotEmpty().WithMessage("soa.error.reasons");
            RuleFor(c => c.Status).NotNull().WithMessage("soa.error.status");
            foreach (var text in (System.Linq.Expressions.Expression<Func<T, string?>>[])[c => c.LawWords, c => c.ContractWords, c => c.BusinessWords, c => c.PracticeWords])
                RuleFor(text).MaximumLength(1000);
        });
        When(c => c.Decision == SoaDecision.Excluded, () =>
        {
            RuleFor(c => c.ExclusionReason).NotEmpty().WithMessage("soa.error.exclusion").MaximumLength(2000);
            RuleFor(c => c.ReopenIf).NotEmpty().WithMessage("soa.error.reopen").MaximumLength(2000);
            RuleFor(c => c.ConfirmedById).NotEmpty().WithMessage("soa.error.confirmedby");
            RuleFor(c => c.ConfirmedOn).NotNull().WithMessage("soa.error.confirmedon");
        });
    }
}
