using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins.Declared;

/// <summary>A methodology file is wrong at a place: <c>steps[0].cells[2]</c>.</summary>
internal sealed class DeclaredException(string path, Message problem) : Exception($"{path}: {problem}")
{
    public string Path { get; } = path;

    public Message Problem { get; } = problem;
}
