using IsmsModular.Platform.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;

namespace IsmsModular.Platform.Web;

/// <summary>Joins words and layout to the program.</summary>
public static class Looks
{
    /// <summary>Registers words, the messages of model binding in the reader's language, and stand-ins for what the host and the modules tell the layout.</summary>
    /// <param name="services">Services.</param>
    /// <param name="content">The shipped <c>content</c> folder.</param>
    public static IServiceCollection AddLooks(this IServiceCollection services, IFileProvider content)
    {
        services.AddSingleton(s => new WordBook(content, s.GetServices<IWordSource>()));
        services.AddScoped<IWords, Words>();
        services.TryAddScoped<IShellData>(s => new PlainShellData(s.GetService<Workspaces.ICurrentUser>()));
        services.TryAddScoped<IInboxCount, EmptyInboxCount>();
        services.AddSingleton<IConfigureOptions<MvcOptions>, BindingWords>();
        return services;
    }

    /// <summary>Chooses the language of each request. After the workspace was entered, before pages.</summary>
    public static IApplicationBuilder UseLanguage(this IApplicationBuilder app) => app.UseMiddleware<LanguageMiddleware>();

    private sealed class BindingWords(WordBook book) : IConfigureOptions<MvcOptions>
    {
        public void Configure(MvcOptions options)
        {
            var m = options.ModelBindingMessageProvider;
            m.SetValueMustNotBeNullAccessor(_ => Say("error.required"));
            m.SetMissingBindRequiredValueAccessor(_ => Say("error.required"));
            m.SetMissingKeyOrValueAccessor(() => Say("error.required"));
            m.SetMissingRequestBodyRequiredValueAccessor(() => Say("error.required"));
            m.SetAttemptedValueIsInvalidAccessor((_, _) => Say("error.invalidvalue"));
            m.SetNonPropertyAttemptedValueIsInvalidAccessor(_ => Say("error.invalidvalue"));
            m.SetUnknownValueIsInvalidAccessor(_ => Say("error.invalidvalue"));
            m.SetNonPropertyUnknownValueIsInvalidAccessor(() => Say("error.invalidvalue"));
            m.SetValueIsInvalidAccessor(_ => Say("error.invalidvalue"));
            m.SetValueMustBeANumberAccessor(_ => Say("error.number"));
            m.SetNonPropertyValueMustBeANumberAccessor(() => Say("error.number"));
            // A missing text is the validator's business, in its own words.
            options.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;
        }

        private string Say(string key) => book.Find(System.Globalization.CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, key) ?? key;
    }
}
