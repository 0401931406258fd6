using IsmsModular.Platform.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace IsmsModular.Platform.Web;

/// <summary>The language of a request: what the reader chose on this machine (a cookie), else the account's, else the workspace's, else the browser's, else English.</summary>
public static class LanguageChoice
{
    private const string Cookie = "isms-language";

    /// <summary>Speaks the language for the rest of the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="preferences">Languages of the account and the workspace, in this order; null for none.</param>
    public static void Apply(HttpContext context, params string?[] preferences)
    {
        ArgumentNullException.ThrowIfNull(context);
        var language = preferences.Prepend(context.Request.Cookies[Cookie]).FirstOrDefault(WordBook.Languages.Contains) ?? OfBrowser(context.Request);
        Languages.Speak(language);
        context.Response.Headers.ContentLanguage = language;
    }

    /// <summary>Keeps the reader's choice on this machine.</summary>
    public static void Remember(HttpResponse response, string language)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (WordBook.Languages.Contains(language))
            response.Cookies.Append(Cookie, language, new() { HttpOnly = true, SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax, IsEssential = true, Secure = response.HttpContext.Request.IsHttps, MaxAge = TimeSpan.FromDays(365) });
    }

    private static string OfBrowser(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out var wanted)
            ? wanted.OrderByDescending(w => w.Quality ?? 1).Select(w => w.Value.ToString().Split('-')[0]).FirstOrDefault(WordBook.Languages.Contains) ?? WordBook.Languages[0]
            : WordBook.Languages[0];
}
