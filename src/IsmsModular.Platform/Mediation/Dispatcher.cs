using System.Reflection;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Platform.Mediation;

/// <summary>MediatR's mediator, but a subscriber that throws does not stop the others: it is logged. Publish only what can be rebuilt.</summary>
internal sealed class Dispatcher(IServiceProvider services, ILogger<Dispatcher> logger) : IMediator
{
    private readonly Mediator mediator = new(services.GetService!);

    public Task<TResponse> Send<TResponse>(IRequest<TResponse> request, CancellationToken cancellationToken = default) => mediator.Send(request, cancellationToken);

    public async Task Publish<TNotification>(TNotification notification, CancellationToken cancellationToken = default)
        where TNotification : INotification
    {
        var contract = typeof(INotificationHandler<>).MakeGenericType(notification.GetType());
        var handle = contract.GetMethod(nameof(INotificationHandler<>.Handle))!;
        foreach (var subscriber in services.GetServices(contract))
        {
            try
            {
                await (Task)handle.Invoke(subscriber, BindingFlags.DoNotWrapExceptions, null, [notification, cancellationToken], null)!;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "{Subscriber} failed on {Notification}", subscriber!.GetType().FullName, notification.GetType().Name);
            }
        }
    }
}
