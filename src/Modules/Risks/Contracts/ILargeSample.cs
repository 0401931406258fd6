namespace IsmsModular.Risks.Contracts;

/// <summary>Fills the current workspace with many plausible records, to measure the program with.</summary>
public interface ILargeSample
{
    /// <summary>Adds groups, assets, a running exercise with rated and treated risks, control implementations, a decided statement and a plan. The same seed gives the same records. Written in saves of at most a thousand documents, with the activity log.</summary>
    /// <param name="assets">Assets, 1 to 1,000,000.</param>
    /// <param name="risks">Risks, 1 to 1,000,000.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="progress">Told how many documents were written so far.</param>
    /// <param name="cancellationToken">Token.</param>
    /// <returns>Documents written.</returns>
    Task<long> GenerateAsync(int assets, int risks, int seed, IProgress<long>? progress, CancellationToken cancellationToken);
}
