using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Tests.Architecture;

/// <summary>A page that anybody could open: proves that the rule can fail.</summary>
public sealed class OpenPage : PageModel;

/// <summary>A command that anybody could send.</summary>
public sealed record OpenCommand : ICommand<Done>;

/// <summary>A handler that another module could reach.</summary>
public class OpenHandler : ICommandHandler<OpenCommand, Done>
{
    /// <inheritdoc />
    public Task<Result<Done>> Handle(OpenCommand request, CancellationToken cancellationToken) => Task.FromResult<Result<Done>>(Done.Yes);
}

/// <summary>A stored document with a time that means something else on another machine.</summary>
public sealed class LocalTime : Document
{
    /// <summary>When.</summary>
    public DateTime? At { get; set; }
}
