using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Platform.Plugins.Declared;
using IsmsModular.Platform.Results;
using Microsoft.Extensions.Logging.Abstractions;

namespace IsmsModular.Platform.Plugins;

/// <summary>Methodologies that are documents of a workspace: declared like those of data plugins and rated by the same engine, behind the same guard.</summary>
public static class OwnMethodologies
{
    /// <summary>Begins the id of each, so that it never meets that of a plugin: <c>own/four-tier</c>.</summary>
    public const string Prefix = "own/";

    /// <summary>Whether an id is that of a workspace's own methodology.</summary>
    public static bool IsOwn(string? id) => id?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>Opens a declaration. Its <c>id</c> and <c>version</c> are those of the handle.</summary>
    /// <param name="file">The declaration, as in <c>methodology.json</c>.</param>
    /// <param name="wordsPlugin">Plugin whose locales translate its words, or <c>null</c>.</param>
    /// <returns>The methodology, or one error whose field is the path of what is wrong: <c>steps[0].cells[2][1]</c>.</returns>
    public static Result<IMethodologyHandle> Open(JsonObject file, string? wordsPlugin = null)
    {
        try
        {
            var declared = DeclaredMethodology.Parse(wordsPlugin ?? "own", file);
            return new GuardedMethodology(declared, new PluginGuard("own", NullLogger.Instance, key => key.StartsWith("plugins.", StringComparison.Ordinal)));
        }
        catch (DeclaredException error)
        {
            return Error.Invalid("plugins.invalid", error.Path, error.Problem.ToString());
        }
        catch (MethodologyException error)
        {
            return Error.Invalid("plugins.invalid", error.Field, error.Reason.ToString());
        }
    }
}
