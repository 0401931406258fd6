using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using FluentValidation;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace IsmsModular.Platform.Mediation;

/// <summary>First: may the caller send this command? Without a right nothing is looked at, so nothing is learned.</summary>
internal sealed class RightsBehaviour<TCommand, TResult>(WorkspaceContext workspace, ICurrentUser user) : IPipelineBehavior<TCommand, TResult>
    where TResult : IResult<TResult>
{
    private static readonly RequiresAttribute[] Needed = [.. typeof(TCommand).GetCustomAttributes<RequiresAttribute>()];
    private static readonly bool ForAnybody = typeof(TCommand).IsDefined(typeof(AllowAnonymousAttribute));
    private static readonly bool ForAccounts = typeof(TCommand).IsDefined(typeof(SignedInAttribute));

    public Task<TResult> Handle(TCommand request, CancellationToken cancellationToken, RequestHandlerDelegate<TResult> next) =>
        IsAllowed() ? next() : Task.FromResult(TResult.Failed([Error.Forbidden()]));

    private bool IsAllowed() =>
        ForAnybody || (ForAccounts && user.AccountId is not null) || Needed.Any(r => r.Area == Area.System ? user.IsSystemAdministrator : workspace.IsSet && workspace.May(r.Area, r.Verb));
}

/// <summary>What the page's model binder could not read. A command is not sent with a default value in its place.</summary>
public sealed class BoundInput
{
    /// <summary>State of the page's model, or <c>null</c> outside a page.</summary>
    public ModelStateDictionary? State { get; set; }
}

/// <summary>Second: could everything be read, and can it be kept and printed?</summary>
internal sealed class InputBehaviour<TCommand, TResult>(BoundInput input) : IPipelineBehavior<TCommand, TResult>
    where TResult : IResult<TResult>
{
    public Task<TResult> Handle(TCommand request, CancellationToken cancellationToken, RequestHandlerDelegate<TResult> next)
    {
        List<Error> errors = [.. Unreadable(), .. UnfitInput.In(request!, "", 0)];
        return errors.Count > 0 ? Task.FromResult(TResult.Failed(errors)) : next();
    }

    private IEnumerable<Error> Unreadable() =>
        from entry in input.State ?? []
        from error in entry.Value!.Errors
        select Error.Invalid(MessageKey.IsKey(error.ErrorMessage) ? error.ErrorMessage : "validation.value", entry.Key[(entry.Key.IndexOf('.') + 1)..]);
}

/// <summary>Third: shape, by the command's validators.</summary>
internal sealed class ValidationBehaviour<TCommand, TResult>(IEnumerable<IValidator<TCommand>> validators) : IPipelineBehavior<TCommand, TResult>
    where TResult : IResult<TResult>
{
    public async Task<TResult> Handle(TCommand request, CancellationToken cancellationToken, RequestHandlerDelegate<TResult> next)
    {
        List<Error> errors = [];
        foreach (var validator in validators)
        {
            var outcome = await validator.ValidateAsync(request, cancellationToken);
            errors.AddRange(outcome.Errors.Select(MessageKey.Of));
        }

        return errors.Count > 0 ? TResult.Failed(errors) : await next();
    }
}

/// <summary>Turns FluentValidation's failures into keys: the rule's own, else one named after the rule.</summary>
internal static class MessageKey
{
    private static readonly string[] Figures = ["MinLength", "MaxLength", "From", "To", "ComparisonValue"];

    public static bool IsKey(string? text) => !string.IsNullOrEmpty(text) && text.Contains('.') && !text.Contains(' ') && !text.EndsWith('.');

    public static Error Of(FluentValidation.Results.ValidationFailure failure)
    {
        string[] arguments = [.. Figures.Where(f => failure.FormattedMessagePlaceholderValues?.ContainsKey(f) == true).Select(f => FormattableString.Invariant($"{failure.FormattedMessagePlaceholderValues[f]}"))];
        var rule = failure.ErrorCode.Replace("Validator", "", StringComparison.Ordinal);
        var message = IsKey(failure.ErrorMessage) ? failure.ErrorMessage : "validation." + System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(rule);
        return Error.Invalid(message, failure.PropertyName, arguments);
    }
}

/// <summary>Finds text with control characters or broken surrogates, and days that are too far away to reckon with: they could not be written into Office files.</summary>
internal static class UnfitInput
{
    /// <summary>Forms are trees; the deepest is the editor of methodologies.</summary>
    private const int Deepest = 10;

    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    public static IEnumerable<Error> In(object value, string path, int depth)
    {
        switch (value)
        {
            case string text:
                return IsFit(text) ? [] : [Error.Invalid("validation.text", path)];
            case DateOnly day:
                return CellText.IsNear(day) ? [] : [Error.Invalid("validation.date", path, $"{CellText.FirstYear}", $"{CellText.LastYear}")];
            case IDictionary map when depth < Deepest:
                return map.Keys.Cast<object>().SelectMany(key => map[key] is { } inner ? In(inner, $"{path}[{key}]", depth + 1) : []);
            case IEnumerable many when depth < Deepest && value is not System.Text.Json.Nodes.JsonNode and not byte[]:
                return many.Cast<object?>().SelectMany((item, i) => item is null ? [] : In(item, $"{path}[{i}]", depth + 1));
            default:
                if (depth >= Deepest || value.GetType().Assembly == typeof(object).Assembly || value is Microsoft.AspNetCore.Http.IFormFile or System.Text.Json.Nodes.JsonNode)
                    return [];
                var properties = Properties.GetOrAdd(value.GetType(), t => [.. t.GetProperties().Where(p => p.CanRead && p.GetIndexParameters().Length == 0)]);
                return properties.SelectMany(p => p.GetValue(value) is { } inner ? In(inner, path.Length == 0 ? p.Name : path + "." + p.Name, depth + 1) : []);
        }
    }

    public static bool IsFit(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar && HasLoneSurrogate(text))
                return false;
            if (Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r'))
                return false;
        }

        return !text.Contains('\uFFFE') && !text.Contains('\uFFFF');
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return true;
            i++;
        }

        return false;
    }
}
