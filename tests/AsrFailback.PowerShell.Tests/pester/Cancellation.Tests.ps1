param([Parameter(Mandatory)] [string] $Module)

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Write-Image disk.img 256
    Write-Image small.img 1
    Initialize-Vault

    # Waits until a part, and not nearly all, has been copied, as progress tells.
    function Wait-MidCopy([scriptblock] $Records) {
        Wait-Until { Get-Copied (& $Records) }
        (Get-Copied (& $Records)).PercentComplete | Should -BeLessThan 90
    }

    function Get-ProtectionJob([string] $Machine) {
        $jobs = @(Get-AsrJob -Item $Machine | Where-Object FriendlyName -EQ 'Enable replication')
        $jobs.Count | Should -Be 1 -Because 'nothing submits it twice'
        $jobs[0]
    }

    function Get-HashOf([string] $Path, [long] $Length) {
        $hash = [Security.Cryptography.IncrementalHash]::CreateHash('SHA256')
        $file = [IO.File]::OpenRead($Path)
        $bytes = [byte[]]::new(1MB)
        foreach ($start in 0..($Length / $bytes.Length - 1)) {
            $file.ReadExactly($bytes, 0, $bytes.Length)
            $hash.AppendData($bytes)
        }

        $file.Dispose()
        [Convert]::ToHexString($hash.GetHashAndReset())
    }

    # The replica in the closed vault's Azure site is the image, and the footer of the VHD after it.
    function Assert-Copied([string] $Machine, [string] $Image = 'disk.img') {
        (Get-AsrProtectedItem $Machine).ProtectionState.Value | Should -Be 'Protected'
        Disconnect-AsrVault
        $replica = @(Get-ChildItem ./vault-azure -Recurse -Filter *.vhd | Where-Object FullName -Match "[\\/]$Machine[\\/]")
        $source = Get-Item $Image
        $hashes = $replica | ForEach-Object { Get-HashOf $_.FullName $source.Length }
        $null = Connect-AsrVault ./vault
        $hashes | Should -Be @(Get-HashOf $source.FullName $source.Length)
    }
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'Stopping a pipeline in the middle of a copy' {
    BeforeAll {
        $null = New-AsrMachine web01 onprem ./disk.img -Wait
        $null = New-AsrMachine web02 onprem ./small.img -Wait
        $shell = Open-Shell
        $null = $shell.AddScript('Enable-AsrProtection web01 -Wait').BeginInvoke()
        Wait-MidCopy { $shell.Streams.Progress }
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $clock.Stop()
        $after = Get-ProtectionJob web01
        $first = @(Get-AsrJob -State Succeeded)[0].Name, $after.Name | Wait-AsrJob | Select-Object -First 1
        $afterFirst = Get-ProtectionJob web01
    }

    AfterAll {
        Close-Shell $shell
    }

    It 'stops the waiting at once, and not the job' {
        $clock.ElapsedMilliseconds | Should -BeLessThan 1000
        $after.State | Should -Be 'InProgress'
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $shell.Streams.Error | Should -BeNullOrEmpty
    }

    It 'stops waiting for the others with Select-Object -First 1, and not their jobs' {
        $first.State | Should -Be 'Succeeded'
        $first.Name | Should -Not -Be $after.Name
        $afterFirst.State | Should -Be 'InProgress'
    }

    It 'leaves the runspace of use' {
        $shell.Commands.Clear()
        $shell.AddScript('Get-AsrFabric').Invoke().Count | Should -Be 2
    }

    It 'leaves a job that can be waited for and has lost nothing' -Tag 'FO-11' {
        (Get-ProtectionJob web01 | Wait-AsrJob).State | Should -Be 'Succeeded'
        Assert-Copied web01
    }

    It 'begins nothing for the next machine after -Wait' {
        $ended = 'web02', 'nobody' | Enable-AsrProtection -Wait -ErrorVariable begun | Select-Object -First 1
        $ended.TargetObjectName | Should -Be 'web02'
        $ended.State | Should -Be 'Succeeded'
        $begun | Should -BeNullOrEmpty
    }
}

Describe 'Stop-Job in the middle of a copy' {
    BeforeAll {
        $null = New-AsrMachine halted onprem ./disk.img -Wait
        $job = Enable-AsrProtection halted -AsJob
        Wait-MidCopy { $job.Progress }
        $before = $job.State
        Stop-Job $job
        $mode = (Measure-AsrReplication halted).Mode
    }

    It 'stops the job of the vault at a safe place' -Tag 'FO-11' {
        $before | Should -Be 'Running'
        $null = Wait-Job $job -Timeout 10
        $job.State | Should -Be 'Stopped'
        $stopped = Get-ProtectionJob halted
        $stopped.State | Should -Be 'Cancelled'
        $stopped.Error.Id | Should -Be 'JobStopped'
    }

    It 'is told by Receive-Job, with the remedy' {
        $received = Receive-Job $job -ErrorVariable told -ErrorAction SilentlyContinue
        $received.State | Should -Be 'Cancelled'
        $told[0].FullyQualifiedErrorId | Should -Match '^JobStopped\b'
        $told[0].ErrorDetails.RecommendedAction | Should -Match 'Restart-AsrJob'
    }

    It 'stops copying, not only the job' {
        $mode | Should -Not -Be 'Synchronizing'
    }

    It 'has not protected anything yet' {
        (Get-AsrProtectedItem halted).ProtectionState.Value | Should -Be 'Unprotected'
        Get-AsrRecoveryPoint halted | Should -BeNullOrEmpty
    }

    It 'leaves a job that is started again and loses nothing' -Tag 'FO-11' {
        (Get-ProtectionJob halted | Restart-AsrJob | Wait-AsrJob).State | Should -Be 'Succeeded'
        Assert-Copied halted
    }
}

Describe 'Letting go of the vault in the middle of a copy' {
    BeforeAll {
        $null = New-AsrMachine left onprem ./disk.img -Wait
        $job = Enable-AsrProtection left -AsJob
        # A runspace that never connected the vault does not keep it open.
        $waiting = [powershell]::Create([initialsessionstate]::CreateDefault2())
        $call = $waiting.AddScript("Import-Module '$Module'; Wait-AsrJob $($job.Name) -Vault '$PWD/vault'").BeginInvoke()
        Wait-Until { Get-Copied $waiting.Streams.Progress }
        Disconnect-AsrVault
        $ended = Wait-Job $job -Timeout 10
        $null = $call.AsyncWaitHandle.WaitOne(10000)
        $null = Connect-AsrVault ./vault
    }

    AfterAll {
        Close-Shell $waiting
    }

    It 'ends the PowerShell job' {
        $ended.State | Should -Be 'Stopped'
    }

    It 'ends the waiting of another runspace, with an error of the catalogue' {
        $call.IsCompleted | Should -BeTrue
        $waiting.Streams.Error.Count | Should -Be 1
        $waiting.Streams.Error[0].FullyQualifiedErrorId | Should -Match ',AsrFailback\.Commands\.WaitAsrJobCommand$'
        $waiting.Streams.Error[0].FullyQualifiedErrorId | Should -Not -Match '^Unexpected,'
    }

    It 'leaves a job that goes on at the next connection' {
        (Get-ProtectionJob left | Wait-AsrJob).State | Should -Be 'Succeeded'
        Assert-Copied left
    }

    It 'is an error of the catalogue to the rest of a pipeline' {
        $names = (Get-AsrJob).Name | Select-Object -First 2
        $said = $names | ForEach-Object { if (Get-AsrVault -Current) { Disconnect-AsrVault }; $_ } | Wait-AsrJob 2>&1
        $null = Connect-AsrVault ./vault
        $said.FullyQualifiedErrorId | Should -Match '^\w+,AsrFailback\.Commands\.WaitAsrJobCommand$'
        $said.FullyQualifiedErrorId | Should -Not -Match '^Unexpected,'
    }
}

Describe 'Ctrl+C in the middle of a copy: <How>' -ForEach @(
    @{ How = 'kill -INT'; Machine = 'killed'; Terminal = $false; Missing = $IsWindows }
    @{ How = 'a terminal'; Machine = 'typed'; Terminal = $true; Missing = $IsWindows -or -not (Get-Command script -CommandType Application -ErrorAction Ignore) }
) {
    It 'ends pwsh at once, and the job goes on when the vault is opened again' -Skip:$Missing {
        # On a busy machine a process may take seconds to notice a signal, and the copy is over by then: once more, with
        # twice the bytes.
        foreach ($size in 256, 512, 1024, 2048) {
            $name = "$Machine$size"
            $image = "disk$size.img"
            if (-not (Test-Path $image)) {
                Write-Image $image $size
            }

            $null = New-AsrMachine $name onprem $image -Wait
            Disconnect-AsrVault
            # A runspace of the same process, ready before the copy begins, looks at the copy itself and says when.
            $child = Open-Child -Terminal:$Terminal @"
            Import-Module `$Module
            `$null = Connect-AsrVault ./vault
            `$watching = Open-Shell
            `$null = `$watching.AddScript({ param(`$Common)
                . `$Common
                function Get-Status { Measure-AsrReplication $name -ErrorAction Ignore }
                Wait-Until { (Get-Status).SyncBytesDone -gt 0 }
                Set-Content ./copied "`$(Get-Status | ForEach-Object { [int](100 * `$_.SyncBytesDone / `$_.SyncBytesTotal) })"
            }).AddArgument('$PSScriptRoot/Common.ps1').BeginInvoke()
            try {
                Enable-AsrProtection $name -Wait
                Set-Content ./after 'the pipeline went on'
            }
            finally {
                Set-Content ./finally ''
            }
"@
            Wait-Until { (Test-Path ./copied) -or $child.Process.HasExited }
            if ($Terminal) {
                $child.Process.StandardInput.Write([char]3)
                $child.Process.StandardInput.Flush()
            }
            else {
                kill -INT $child.Process.Id
            }

            $null = Wait-Child $child
            $percent = [int](Get-Content ./copied)
            Test-Path ./finally | Should -BeTrue
            $late = Test-Path ./after
            Remove-Item ./copied, ./finally, ./after -ErrorAction Ignore
            $null = Connect-AsrVault ./vault
            if (-not $late) { break }
        }

        $late | Should -BeFalse
        $percent | Should -BeLessThan 90
        (Get-ProtectionJob $name).State | Should -Be 'InProgress'
        (Get-ProtectionJob $name | Wait-AsrJob).State | Should -Be 'Succeeded'
        Assert-Copied $name $image
    }
}

Describe 'Stopping a check of a vault' {
    It 'stops the check at once, and not at its end' -Skip:(-not $IsLinux) {
        function Get-ReadByte { [long]((Get-Content "/proc/$PID/io" -TotalCount 1) -split ' ')[1] }

        Disconnect-AsrVault
        $before = Get-ReadByte
        (Test-AsrVault ./vault).Passed | Should -BeTrue
        $whole = (Get-ReadByte) - $before
        $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
        $before = Get-ReadByte
        $null = $shell.AddScript("Import-Module '$Module'; Test-AsrVault '$PWD/vault'").BeginInvoke()
        Wait-Until { (Get-ReadByte) - $before -gt $whole / 10 }
        $shell.Stop()
        $read = (Get-ReadByte) - $before
        Close-Shell $shell
        $read | Should -BeLessThan ($whole * 0.9)
    }
}
