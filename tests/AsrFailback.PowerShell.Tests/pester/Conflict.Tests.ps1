param([Parameter(Mandatory)] [string] $Module)

# Many operators at once, and who did what.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Initialize-Vault
    Write-Image disk.img 1
    $null = New-AsrMachine web01 -Fabric onprem -DiskPath ./disk.img -Wait
    $null = Enable-AsrProtection web01 -Wait
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'Sixteen runspaces that fail one machine over at once' {
    BeforeAll {
        $shells = 1..16 | ForEach-Object { Open-Shell }
        $running = foreach ($shell in $shells) {
            $null = $shell.AddScript('Start-AsrFailover web01 -Force -Wait -WarningAction SilentlyContinue')
            , @($shell, $shell.BeginInvoke())
        }

        $jobs = @($running | ForEach-Object { $_[0].EndInvoke($_[1]) })
        $refusals = @($shells | ForEach-Object { $_.Streams.Error })
        $shells | ForEach-Object { Close-Shell $_ }
    }

    It 'have exactly one winner' -Tag 'FO-11' {
        $jobs.Count | Should -Be 1
        $jobs[0].State | Should -Be 'Succeeded'
        @(Get-AsrJob -Item web01 | Where-Object ScenarioName -EQ 'UnplannedFailover').Count | Should -Be 1
    }

    It 'tell the others which job is in the way, by whom and since when, or that the machine has moved' -Tag 'FO-11' {
        $refusals.Count | Should -Be 15
        foreach ($refusal in $refusals) {
            $reasons = @($refusal.Exception.Error) + @($refusal.Exception.Error.Reasons)
            $busy = @($reasons | Where-Object Id -EQ 'ItemBusy')
            if ($busy) {
                $busy[0].Message | Should -Match "job $($jobs[0].Name) .*started by $([regex]::Escape("$($jobs[0].StartedBy)")) at \d{4}-"
            }
            else {
                $reasons.Id | Should -Contain 'WrongPhase'
            }
        }
    }
}

Describe 'The audit log' {
    It 'says who did what, and how it ended' -Tag 'FO-11' {
        $job = @(Get-AsrJob -Item web01 | Where-Object ScenarioName -EQ 'UnplannedFailover')[0]
        $entries = @($job | Get-AsrAuditEntry)
        $entries.Action | Should -Be 'Ended', 'Submitted'
        $entries[0].Outcome.Value | Should -Be 'Succeeded'
        $entries.CorrelationId | Select-Object -Unique | Should -Be $job.CorrelationId
        "$($entries[0].Caller)" | Should -Be "$([Environment]::UserName)@$([Environment]::MachineName)"
        @(Get-AsrAuditEntry -Target web01).Number | Should -Be (@(Get-AsrAuditEntry -Target web01).Number | Sort-Object -Descending)
    }

    It 'is found by time, as jobs are' -Tag 'FO-11' {
        $future = [datetimeoffset]::UtcNow.AddDays(1)
        Get-AsrAuditEntry -After $future | Should -BeNullOrEmpty
        Get-AsrJob -After $future | Should -BeNullOrEmpty
        @(Get-AsrJob -Before $future).Count | Should -Be @(Get-AsrJob).Count
        Get-AsrJob -Before ([datetimeoffset]::UnixEpoch) | Should -BeNullOrEmpty
    }

    It 'is followed by Test-AsrVault' -Tag 'FO-11' {
        Disconnect-AsrVault
        $check = Test-AsrVault ./vault
        $check.Examined | Should -Contain 'audit log'
        $check.Findings | Should -BeNullOrEmpty
        $null = Connect-AsrVault ./vault
    }
}

Describe 'What may be done with a job' {
    It 'is nothing when it has ended well' -Tag 'FO-11' {
        (Get-AsrJob -Item web01 | Select-Object -First 1).AllowedActions | Should -BeNullOrEmpty
    }
}
