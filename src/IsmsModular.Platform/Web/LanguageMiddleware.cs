using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;


namespace IsmsModular.Platform.Web;

/// <summary>Chooses the language of a request: the user's choice (a cookie), else the workspace's, else the browser's, else English. Stands after the workspace was entered.</summary>
public sealed class LanguageMiddleware(RequestDelegate next)
{
    /// <summary>Name of the cookie that keeps the user's choice.</summary>
    public const string Cookie = "isms.language";

    /// <summary>Handles a request.</summary>
    public Task InvokeAsync(HttpContext context, WorkspaceContext workspace)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(workspace);
        var chosen = context.Request.Cookies[Cookie];
        var language = WordBook.Languages.Contains(chosen) ? chosen : workspace.IsSet ? workspace.Workspace.Language : OfBrowser(context.Request.Headers.AcceptLanguage);
        Languages.Speak(language);
        context.Response.Headers.ContentLanguage = language;
        return next(context);
    }

    /// <summary>Keeps the user's choice.</summary>
    public static void Remember(HttpResponse response, string language)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (WordBook.Languages.Contains(language))
            response.Cookies.Append(Cookie, language, new() { HttpOnly = true, SameSite = SameSiteMode.Lax, IsEssential = true, Secure = response.HttpContext.Request.IsHttps, MaxAge = TimeSpan.FromDays(365) });
    }

    private static string OfBrowser(StringValues header)
    {
        if (!Microsoft.Net.Http.Headers.StringWithQualityHeaderValue.TryParseList(header, out var wanted))
            return WordBook.Languages[0];
        var best = wanted.OrderByDescending(w => w.Quality ?? 1).Select(w => w.Value.Value?.Split('-')[0]);
        return best.FirstOrDefault(w => WordBook.Languages.Contains(w)) ?? WordBook.Languages[0];
    }
}
