using IsmsModular.Platform.Mediation;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;

namespace IsmsModular.Web.Security;

/// <summary>Hands what could not be bound to the pipeline, which refuses the command.</summary>
internal sealed class BoundInputFilter(BoundInput input) : IPageFilter
{
    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context) => input.State = context.ModelState;

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }
}

/// <summary>Model binding's messages as keys of the locales, instead of English.</summary>
internal static class BindingWords
{
    public static void Use(DefaultModelBindingMessageProvider messages)
    {
        messages.SetAttemptedValueIsInvalidAccessor((_, _) => "validation.value");
        messages.SetNonPropertyAttemptedValueIsInvalidAccessor(_ => "validation.value");
        messages.SetUnknownValueIsInvalidAccessor(_ => "validation.value");
        messages.SetNonPropertyUnknownValueIsInvalidAccessor(() => "validation.value");
        messages.SetValueIsInvalidAccessor(_ => "validation.value");
        messages.SetValueMustBeANumberAccessor(_ => "validation.number");
        messages.SetNonPropertyValueMustBeANumberAccessor(() => "validation.number");
        messages.SetValueMustNotBeNullAccessor(_ => "validation.required");
        messages.SetMissingBindRequiredValueAccessor(_ => "validation.required");
        messages.SetMissingKeyOrValueAccessor(() => "validation.required");
        messages.SetMissingRequestBodyRequiredValueAccessor(() => "validation.required");
    }
}
