using IsmsModular.Platform.Results;
using MediatR;

namespace IsmsModular.Platform.Mediation;

/// <summary>A change. Carries <see cref="Rights.RequiresAttribute"/>; answered by <see cref="Result{T}"/>.</summary>
public interface ICommand<T> : IRequest<Result<T>>;

/// <summary>A question. Answered by the model, or <c>null</c> when there is no such thing (404).</summary>
public interface IQuery<out T> : IRequest<T>;

/// <summary>Handles a command.</summary>
public interface ICommandHandler<in TCommand, T> : IRequestHandler<TCommand, Result<T>>
    where TCommand : ICommand<T>;

/// <summary>Handles a query.</summary>
public interface IQueryHandler<in TQuery, T> : IRequestHandler<TQuery, T>
    where TQuery : IQuery<T>;
