using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Plugins.Fair;

internal static class Words
{
    /// <summary>A text of this plugin; its key is made from the English words.</summary>
    public static Message Of(string english, params Message[] arguments) => new("fair." + english, english, arguments);
}
