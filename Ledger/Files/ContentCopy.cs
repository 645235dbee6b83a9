namespace FuncExec.Ledger.Files;

/// <summary>Makes files of content that are the caller's to change.</summary>
internal static class ContentCopy
{
    /// <summary>What is copied by one call of the system, which nothing interrupts.</summary>
    private const int SmallSize = 4 * 1024 * 1024;

    private const int PieceSize = 1024 * 1024;

    /// <summary>Clones the file where the file system can, else copies it. False when it is not there.</summary>
    /// <exception cref="IOException">There is something at the path already, or it cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Nothing is left at the path.</exception>
    internal static bool Make(string content, string path, CancellationToken cancellationToken)
    {
        bool wasThere = Path.Exists(path);
        try
        {
            if (new FileInfo(content) is { Exists: true, Length: > SmallSize } file)
            {
                CopyLong(file, path, cancellationToken);
            }
            else
            {
                // It clones too, where the system and the file system can.
                File.Copy(content, path, overwrite: false);
            }

            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && !File.Exists(content))
        {
            return false;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"'{path}' cannot be written: {e.Message}", e);
        }
        catch (Exception e) when (!wasThere && e is IOException or OperationCanceledException)
        {
            StoreFiles.Delete(path);
            throw;
        }
    }

    /// <summary>Copies what is there, piece by piece, until it is told to end.</summary>
    internal static void CopyPieces(Stream from, Stream to, CancellationToken cancellationToken)
    {
        byte[] piece = GC.AllocateUninitializedArray<byte>(PieceSize);
        int read;
        while ((read = from.Read(piece)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            to.Write(piece, 0, read);
        }
    }

    private static void CopyLong(FileInfo content, string path, CancellationToken cancellationToken)
    {
        using FileStream from = new(content.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        using FileStream to = StoreFiles.Open(path, FileMode.CreateNew);
        if (!UnixFiles.TryClone(from.SafeFileHandle, to.SafeFileHandle))
        {
            CopyPieces(from, to, cancellationToken);
        }

        File.SetLastWriteTimeUtc(to.SafeFileHandle, content.LastWriteTimeUtc);
    }
}
