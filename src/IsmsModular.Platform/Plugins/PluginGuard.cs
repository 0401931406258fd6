using System.Reflection;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Platform.Results;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Platform.Plugins;

/// <summary>Every call into a plugin goes through here. Whatever the plugin throws becomes an error that names the plugin: one of the four places where all exceptions are caught.</summary>
internal sealed class PluginGuard(string pluginId, ILogger logger, Func<string, bool> knowsWords)
{
    public string PluginId { get; } = pluginId;

    public Result<T> Call<T>(Func<Result<T>> call)
    {
        try
        {
            return call();
        }
        catch (MethodologyException error)
        {
            return Invalid(error);
        }
        catch (Exception error)
        {
            return Failed(error);
        }
    }

    public async Task<Result<Done>> CallAsync(Func<Task> call, CancellationToken cancellationToken)
    {
        try
        {
            await call();
            return Done.Yes;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            return Failed(error);
        }
    }

    /// <summary>The exception that tells most: reflection wraps what a constructor threw.</summary>
    public static Exception Innermost(Exception error) => error switch
    {
        TargetInvocationException { InnerException: { } inner } => Innermost(inner),
        TypeInitializationException { InnerException: { } inner } => Innermost(inner),
        ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } => Innermost(first),
        _ => error,
    };

    private static Error InvalidPlain(MethodologyException error) => Error.Invalid("plugins.invalid", error.Field, error.Reason.ToString());

    private Error Invalid(MethodologyException error) => error.Reason.Key.Length > 0 && knowsWords(error.Reason.Key)
        ? Error.Invalid(error.Reason.Key, error.Field, [.. error.Reason.Arguments.Select(a => a.ToString())])
        : InvalidPlain(error);

    private Error Failed(Exception error)
    {
        var cause = Innermost(error);
        logger.LogError(error, "Plugin {Plugin} failed", PluginId);
        return Error.Invalid("plugins.failed", null, PluginId, $"{cause.GetType().Name}: {cause.Message}");
    }
}
